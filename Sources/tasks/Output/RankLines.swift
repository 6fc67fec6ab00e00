import TaskFarm

/// Picks the lines of one rank out of the output of several.
struct RankLines {
    private static let note = Array("[… ".utf8)
    private let label: [UInt8]
    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []

    init(_ rank: Int) { label = Array(RankEnd.label(rank).utf8) }

    /// The rank's lines of what has come, without their labels.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        var found: [UInt8] = []
        rest += bytes
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[start...end]
            if line.starts(with: label) { found += line.dropFirst(label.count) }
            // What says that something is missing.
            if line.starts(with: Self.note) { found += line }
            start = end + 1
        }
        rest.removeFirst(start)
        return found
    }
}
