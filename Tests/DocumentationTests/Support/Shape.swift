/// What a line says when all that differs from run to run is left out of it, so that real output can stand on
/// a page and still be compared.
///
/// Left out are numbers of four digits and more (process ids, KiB), seconds and other decimals of two digits
/// and more, dates and times of day, this machine's name, the run's own directory, which engine did what, and
/// how wide a column is. Whole numbers below 1,000 – counts, task ids, exit codes – have to be right.
enum Shape {
    /// - Parameter names: texts that differ between machines and runs, each with what stands for it.
    static func of(_ line: String, names: [(text: String, shape: String)] = []) -> String {
        var line = line
        for (text, shape) in names where !text.isEmpty { line = line.replacing(text, with: shape) }
        // `\b` as in other languages: the default takes `1,0.5` for one word.
        func replace(_ pattern: Regex<Substring>, with shape: String) {
            line = line.replacing(pattern.wordBoundaryKind(.simple), with: shape)
        }
        replace(#/\/(?:\w+\/)+\.tasks\b/#, with: "~/.tasks")
        replace(#/\b[0-9a-f]{16}\b/#, with: "HEX")
        replace(#/\d{4}-\d\d-\d\d[T ]/#, with: "DATE ")
        replace(#/\b\d\d?:\d\d:\d\d(?:\.\d+)?Z?/#, with: "TIME")
        replace(#/(?:\d+ ?h )?(?:\d+ ?min )?\b\d+(?:\.\d+)? ?(?:s|ms|µs)\b/#, with: "SECONDS")
        replace(#/-?\b\d+\.\d\d+(?:e-?\d+)?\b/#, with: "NUMBER")
        replace(#/\b\d{4,}\b/#, with: "NUMBER")
        // Those of processes begin anew at some time.
        replace(#/\bpid \d+\b/#, with: "pid NUMBER")
        replace(#/\bengine-\d+\b/#, with: "engine-N")
        return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Tables with the cells of the columns `engine`, `ended`, `seconds` and `pid` blanked: which of several
    /// engines takes a task is chance, and short times and process ids are hard to tell from task ids.
    static func withoutChance(_ lines: [String]) -> [String] {
        var columns: [Range<Int>] = []
        return lines.map { line in
            if line.contains(#/^(?:id|job) /#) {
                columns = line.matches(of: #/  (?:engine|ended|seconds|pid)(?=  |$)/#).map { match in
                    let start = line.distance(from: line.startIndex, to: match.range.lowerBound)
                    return start..<start + match.output.count
                }
                return line
            }
            if line == "…" { return line }
            guard !columns.isEmpty, line.first(where: { $0 != " " })?.isNumber == true else {
                columns = []
                return line
            }
            return String(
                line.enumerated().map { place, character in
                    columns.contains { $0.contains(place) } ? " " : character
                })
        }
    }
}
