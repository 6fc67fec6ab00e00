/// What jobs, tasks and variables may be called.
enum Names {
    /// Bytes of an engine's name, a tag or the name of an error that the wire takes.
    static let longest = 1024
    /// Words in one list that it takes.
    static let most = 1024

    /// What is wrong with the name of a task or job; nil if nothing is.
    static func fault(_ name: String, of what: String) -> String? {
        if name.utf8.count > 100 {
            return "the name of a \(what) has at most 100 bytes, this one \(name.utf8.count)"
        }
        if name.contains("${{") { return "`${{ }}` cannot stand in the name of a \(what)" }
        let isNumeric = !name.isEmpty && name.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
        if isNumeric {
            return "“\(name)” would read as the number of a job or task: begin the name with a letter"
        }
        if name == "last" { return "“last” always means the latest job: choose another name" }
        guard let first = name.utf8.first, isLetter(first) || isDigit(first),
            name.utf8.allSatisfy({
                isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            })
        else {
            return
                "the name of a \(what) is letters, digits, “_”, “-” and “.”, and begins with a letter or digit; "
                + "found “\(name)”"
        }
        return nil
    }

    /// What is wrong with the name of a quantity; nil if nothing is.
    static func fault(inQuantity name: String) -> String? {
        let isPlain = name.utf8.allSatisfy {
            isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        if let first = name.utf8.first, isLetter(first), first != UInt8(ascii: "_"), isPlain,
            name.utf8.count <= 100
        {
            return nil
        }
        return
            "the name of a quantity is a letter, then letters, digits, “_”, “-” and “.”, at most 100; found “\(name)”"
    }

    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == UInt8(ascii: "_")
    }
}
