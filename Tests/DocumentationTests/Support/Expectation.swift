/// What a page says that a command prints: its lines, with `…` for any number of lines that are not shown.
struct Expectation {
    var lines: [String]

    /// How the output differs from it; nil if it does not.
    func difference(from output: [String], names: [(text: String, shape: String)]) -> String? {
        let wanted = Shape.withoutChance(Self.trimmed(lines)).map { Shape.of($0, names: names) }
        let found = Shape.withoutChance(Self.trimmed(output)).map { Shape.of($0, names: names) }
        // The greedy match of each stretch between two `…` is the first, and that is as good as any other.
        var position = 0
        let stretches = wanted.split(separator: "…", omittingEmptySubsequences: false)
        for (number, stretch) in stretches.enumerated() {
            let isLast = number == stretches.count - 1
            var start = position
            if number > 0 {
                start = isLast ? max(position, found.count - stretch.count) : position
                while !isLast, start + stretch.count <= found.count,
                    !found[start...].starts(with: stretch)
                {
                    start += 1
                }
            }
            guard start + stretch.count <= found.count, found[start...].starts(with: stretch) else {
                let here = zip(stretch, found.dropFirst(start)).first { $0 != $1 }
                return here.map { "expected `\($0.0)`, got `\($0.1)`" }
                    ?? "expected `\(stretch.dropFirst(max(0, found.count - start)).first ?? "")`, and nothing more came"
            }
            position = start + stretch.count
        }
        return position < found.count ? "got `\(found[position])` beyond what is shown" : nil
    }

    private static func trimmed(_ lines: [String]) -> [String] {
        let rest = lines.drop { $0.allSatisfy(\.isWhitespace) }
        return Array(rest.reversed().drop { $0.allSatisfy(\.isWhitespace) }.reversed())
    }
}
