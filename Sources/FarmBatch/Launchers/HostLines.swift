import FarmTemplate

/// Reads the lines of a file of hosts.
struct HostLines {
    let log: ProblemLog

    private static let keys = ["slots", "engines", "program"]

    /// - Parameter file: its number in the log.
    func read(_ text: String, file: Int) -> [LauncherEntry.Host] {
        var hosts: [LauncherEntry.Host] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
            let words = code.split(whereSeparator: \.isWhitespace)
            guard let name = words.first else { continue }
            var host = LauncherEntry.Host(String(name))
            for word in words.dropFirst() {
                let column = line.unicodeScalars.distance(
                    from: line.startIndex, to: word.startIndex)
                read(word, Position(line: index + 1, column: column + 1, file: file), into: &host)
            }
            hosts.append(host)
        }
        if hosts.isEmpty {
            log.add(.empty, at: Position(line: 1, column: 1, file: file), "no host is named in it")
        }
        return hosts
    }

    private func read(_ word: Substring, _ place: Position, into host: inout LauncherEntry.Host) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2, Self.keys.contains(parts[0]) else {
            log.add(
                .unknownKey, at: place,
                "“\(word)” is none of slots=N, engines=N, program=PATH\(Spelling.hint(parts[0], in: Self.keys))"
            )
            return
        }
        if parts[0] == "program", !parts[1].isEmpty {
            host.program = parts[1]
            return
        }
        guard let number = Int(parts[1]), (1...65_536).contains(number) else {
            log.add(.badValue, at: place, "“\(word)”: expected a number from 1 to 65536")
            return
        }
        if parts[0] == "slots" { host.slots = number } else { host.engines = number }
    }
}
