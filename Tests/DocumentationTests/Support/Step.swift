/// One command of a page, and what is to come of it.
struct Step {
    /// `PAGE:LINE`.
    var place: String
    var command: String
    var exitCode: Int32
    /// Nil if the page does not show it.
    var output: Expectation?
}

extension Page {
    /// What is to be run, in order; files that the page holds are written by steps of their own.
    func steps() throws -> [Step] {
        try blocks.flatMap { block -> [Step] in
            switch block.purpose {
            case .excerpt: []
            case .file(let name): [Self.file(name, block, "\(path):\(block.line)")]
            case .run(let exitCode):
                switch block.language {
                case "sh", "bash":
                    [
                        Step(
                            place: "\(path):\(block.line)", command: block.lines.joined(separator: "\n"),
                            exitCode: exitCode, output: nil)
                    ]
                case "console": try console(block, exitCode)
                default: throw PageError("\(path):\(block.line): a `\(block.language)` block cannot be run")
                }
            }
        }
    }

    private static func file(_ name: String, _ block: Block, _ place: String) -> Step {
        let end = "END-OF-\(block.line)"
        let folder = name.contains("/") ? "mkdir -p \"$(dirname '\(name)')\"\n" : ""
        let text = ([folder + "cat > '\(name)' <<'\(end)'"] + block.lines + [end]).joined(separator: "\n")
        return Step(place: place, command: text, exitCode: 0, output: nil)
    }

    /// The exit code is that of the last command; those before it have to succeed.
    private func console(_ block: Block, _ exitCode: Int32) throws -> [Step] {
        var steps: [Step] = []
        var goesOn = false
        for (offset, line) in block.lines.enumerated() {
            if goesOn {
                steps[steps.count - 1].command += "\n" + line
                goesOn = line.hasSuffix("\\")
            } else if line.hasPrefix("$ ") {
                steps.append(
                    Step(
                        place: "\(path):\(block.line + offset)", command: String(line.dropFirst(2)),
                        exitCode: 0,
                        output: Expectation(lines: [])))
                goesOn = line.hasSuffix("\\")
            } else if steps.isEmpty {
                throw PageError(
                    "\(path):\(block.line + offset): output before any command; begin it with `$ `")
            } else {
                steps[steps.count - 1].output?.lines.append(line)
            }
        }
        guard !steps.isEmpty else {
            throw PageError("\(path):\(block.line): no command in it; begin it with `$ `")
        }
        steps[steps.count - 1].exitCode = exitCode
        return steps
    }
}
