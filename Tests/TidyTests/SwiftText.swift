/// Blanks out what is not code, so that a check for code is not caught by a comment or a string.
enum SwiftText {
    /// The text with comments, string literals and regex literals replaced by spaces. Lines and columns stay
    /// where they are; code inside an interpolation stays too.
    static func code(of text: String) -> String {
        var scanner = SwiftScanner(Array(text.unicodeScalars))
        scanner.scanCode(until: nil)
        var code = String.UnicodeScalarView()
        code.append(contentsOf: scanner.scalars)
        return String(code)
    }
}

/// Walks over Swift source and blanks in place. It knows as little of the language as it can.
struct SwiftScanner {
    private(set) var scalars: [Unicode.Scalar]
    private var position = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// Leaves code as it is up to the parenthesis that closes an interpolation, or to the end.
    mutating func scanCode(until closing: Unicode.Scalar?) {
        var depth = 0
        while position < scalars.count {
            guard Self.isMark(scalars[position]) else {
                position += 1
                continue
            }
            if looksAt("//") {
                blankLine()
            } else if looksAt("/*") {
                blankBlockComment()
            } else if let hashes = hashes(before: "\"") {
                blankString(hashes: hashes)
            } else if let hashes = hashes(before: "/"), hashes > 0 || startsBareRegex {
                blankRegex(hashes: hashes)
            } else {
                if scalars[position] == "(" { depth += 1 }
                if scalars[position] == ")" {
                    if closing == ")" && depth == 0 { return }
                    depth -= 1
                }
                position += 1
            }
        }
    }

    /// Whether more than plain code can start here; nearly always not, so this comes first.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", "\"", "#", "(", ")": true
        default: false
        }
    }

    private func looksAt(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        return position + wanted.count <= scalars.count
            && scalars[position..<position + wanted.count].elementsEqual(wanted)
    }

    /// How many `#` stand here before an opening delimiter; nil if no such literal starts here.
    private func hashes(before delimiter: Unicode.Scalar) -> Int? {
        var at = position
        while at < scalars.count, scalars[at] == "#" { at += 1 }
        return at < scalars.count && scalars[at] == delimiter ? at - position : nil
    }

    /// A `/` after an operator, an opening bracket or a comma, before something other than a space, with its
    /// other end on the same line. A division has its left operand before it.
    private var startsBareRegex: Bool {
        let before = scalars[..<position].last { $0 != " " && $0 != "\n" }
        guard before.map({ "=(,:[{&|!?".unicodeScalars.contains($0) }) ?? true else { return false }
        guard position + 1 < scalars.count, !" \t\n".unicodeScalars.contains(scalars[position + 1]) else {
            return false
        }
        return scalars[(position + 1)...].prefix { $0 != "\n" }.contains("/")
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < scalars.count {
            if scalars[position] != "\n" { scalars[position] = " " }
            position += 1
        }
    }

    private mutating func blankLine() {
        while position < scalars.count, scalars[position] != "\n" { blank() }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if looksAt("/*") {
                depth += 1
                blank(2)
            } else if looksAt("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < scalars.count
    }

    private mutating func blankString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        blank(hashes)
        let delimiter = looksAt("\"\"\"") ? "\"\"\"" : "\""
        blank(delimiter.count)
        while position < scalars.count {
            if looksAt(delimiter + marks) { return blank(delimiter.count + hashes) }
            if delimiter.count == 1 && scalars[position] == "\n" { return }
            if looksAt("\\" + marks + "(") {
                blank(hashes + 2)
                scanCode(until: ")")
                blank()
            } else if looksAt("\\" + marks) {
                blank(hashes + 2)
            } else {
                blank()
            }
        }
    }

    private mutating func blankRegex(hashes: Int) {
        let end = "/" + String(repeating: "#", count: hashes)
        blank(hashes + 1)
        while position < scalars.count {
            if looksAt(end) { return blank(hashes + 1) }
            if hashes == 0 && scalars[position] == "\n" { return }
            blank(scalars[position] == "\\" ? 2 : 1)
        }
    }
}
