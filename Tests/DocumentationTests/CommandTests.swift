import Foundation
import Testing

/// Commands that the pages name, also where they are not run, are there with all their options.
@Suite struct CommandTests {
    @Test(.timeLimit(.minutes(3))) func `every tasks command and option on the pages exists`() throws {
        var known = KnownCommands()
        for path in try Repository.pages() where !path.hasPrefix("docs/decisions/") && path != "CHANGELOG.md"
        {
            for (line, words) in Mentions.commands(in: try Repository.text(path)) {
                if let problem = try known.problem(with: words) {
                    Issue.record("\(path):\(line): \(problem)")
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a command or an option that is not there is found`() throws {
        var known = KnownCommands()
        #expect(try known.problem(with: ["cluster", "start", "-n", "2"]) == nil)
        #expect(try known.problem(with: ["submit", "--wait", "x.yaml"]) == nil)
        #expect(try known.problem(with: ["controller", "--listen", "*"]) == nil)
        #expect(try known.problem(with: ["controller", "--await"])?.contains("--await") == true)
        #expect(try known.problem(with: ["launch", "x.yaml"])?.contains("launch") == true)
        #expect(try known.problem(with: ["submit", "--await", "x.yaml"])?.contains("--await") == true)
        #expect(try known.problem(with: ["run", "--", "grep", "--count", "x"]) == nil)
    }

    @Test func `commands are found in blocks and in the text`() {
        let text = """
            Say `tasks wait last`, or `TASKS_HOME=x tasks list`.
            ```sh
            tasks cluster start -n 2   # in the background
            make run
            ```
            ```console
            $ tasks run -- true && tasks status
            ```
            """
        #expect(
            Mentions.commands(in: text).map { $0.words.joined(separator: " ") } == [
                "wait last", "list", "cluster start -n 2", "run -- true", "status",
            ])
    }
}

/// Where a page names a `tasks` command.
enum Mentions {
    static func commands(in text: String) -> [(line: Int, words: [String])] {
        var language: Substring?
        var found: [(Int, [String])] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                language = language == nil ? line.dropFirst(3) : nil
                continue
            }
            let pieces: [Substring] =
                switch language {
                case nil: line.matches(of: #/`([^`]+)`/#).map(\.1)
                case "sh", "bash": [line]
                case "console" where line.hasPrefix("$ "): [line]
                default: []
                }
            for piece in pieces {
                for command in piece.split(separator: #/&&|\|\||;| \| |\$\(/#) {
                    if let words = words(of: command) { found.append((index + 1, words)) }
                }
            }
        }
        return found
    }

    private static func words(of command: Substring) -> [String]? {
        var words = command.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        if words.first == "$" { words.removeFirst() }
        while let first = words.first, first.wholeMatch(of: #/\w+=\S*/#) != nil { words.removeFirst() }
        guard words.popFirst() == "tasks", words.first?.first?.isLetter == true else { return nil }
        return Array(words.prefix { $0 != "#" && $0 != "…" && $0 != ">" && $0 != "<" })
    }
}

/// What `tasks --help` and the commands' own know; asked once each.
struct KnownCommands {
    private var helps: [String: String] = [:]

    mutating func problem(with words: [String]) throws -> String? {
        let own = words.prefix { $0 != "--" }
        let first = own.first ?? ""
        // `run|submit` on a page stands for both.
        if first.contains("|") {
            for choice in first.split(separator: "|") {
                if let problem = try problem(with: [String(choice)] + own.dropFirst()) { return problem }
            }
            return nil
        }
        guard let help = try help([first]) else { return "there is no `tasks \(first)`" }
        var text = help
        // Options alone are those of the subcommand that need not be named.
        let named = own.dropFirst().first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        let unnamed = help.firstMatch(of: #/(?m)^ +([\w-]+) \(default\)/#).map { String($0.1) }
        if help.contains("SUBCOMMANDS:"), let second = named ?? unnamed {
            if second.contains("|") { return nil }
            guard let help = try self.help([first, second]) else {
                return "there is no `tasks \(first) \(second)`"
            }
            text = help
        }
        for word in own where word.hasPrefix("--") {
            let option = word.prefix { $0 != "=" }
            if option.count > 2, !text.contains(option) { return "`tasks \(first)` has no option \(option)" }
        }
        return nil
    }

    /// Nil if there is no such command.
    private mutating func help(_ words: [String]) throws -> String? {
        let key = words.joined(separator: " ")
        if let help = helps[key] { return help.isEmpty ? nil : help }
        let process = Process()
        let output = Pipe()
        process.executableURL = Repository.binaries.appendingPathComponent("tasks")
        process.arguments = words + ["--help"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // For words that it does not know the parser shows the help of what it does know.
        let isKnown = process.terminationStatus == 0 && text.contains("USAGE: tasks \(key)")
        helps[key] = isKnown ? text : ""
        return isKnown ? text : nil
    }
}
