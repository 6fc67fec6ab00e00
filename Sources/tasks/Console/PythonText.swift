/// Whether lines are a whole text of Python, as its prompt decides: no bracket or string is open, and a
/// block has ended with an empty line.
enum PythonText {
    static func isComplete(_ lines: [String]) -> Bool {
        var scan = Scan()
        for line in lines { scan.take(line) }
        if scan.depth > 0 || scan.quote != nil || scan.goesOn { return false }
        guard scan.isBlock else { return true }
        return lines.last?.allSatisfy(\.isWhitespace) ?? true
    }

    private struct Scan {
        /// Open brackets.
        var depth = 0
        /// Of a string over several lines.
        var quote: Character?
        /// The last line ends with a backslash.
        var goesOn = false
        /// Some line ends with a colon: what follows it is a block. Decorators want one, too.
        var isBlock = false

        mutating func take(_ line: String) {
            let characters = Array(line)
            var index = 0
            var last: Character = " "
            goesOn = false
            if quote == nil, depth == 0, line.hasPrefix("@") { isBlock = true }
            /// Of a string that has to end in this line.
            var single: Character?
            while index < characters.count {
                let character = characters[index]
                let isTriple =
                    index + 2 < characters.count && characters[index + 1] == character
                    && characters[index + 2] == character
                if let open = quote {
                    if character == "\\" {
                        index += 1
                    } else if character == open, isTriple {
                        quote = nil
                        index += 2
                    }
                } else if let open = single {
                    if character == "\\" { index += 1 } else if character == open { single = nil }
                } else {
                    switch character {
                    case "#":
                        index = characters.count
                        continue
                    case "\"", "'":
                        if isTriple {
                            quote = character
                            index += 2
                        } else {
                            single = character
                        }
                    case "(", "[", "{": depth += 1
                    case ")", "]", "}": depth = max(0, depth - 1)
                    case "\\" where index == characters.count - 1: goesOn = true
                    default: break
                    }
                }
                if !character.isWhitespace { last = character }
                index += 1
            }
            if last == ":", depth == 0, quote == nil { isBlock = true }
        }
    }
}
