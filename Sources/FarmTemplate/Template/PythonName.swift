/// What Python can call a variable.
public enum PythonName {
    /// Words of Python's own, of all versions from 3.9 on.
    private static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
        "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
        "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]

    /// Why no variable can have this name, in words; nil if one can. Letters may be of any script.
    public static func problem(_ name: String) -> String? {
        if keywords.contains(name) {
            return "“\(name)” is a word of Python's own, which no variable can be called; choose another name"
        }
        guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart,
            name.unicodeScalars.allSatisfy(\.properties.isXIDContinue)
        else {
            return
                "“\(name)” is no name of a variable: those have letters, digits and `_`, and no digit first"
        }
        return nil
    }
}
