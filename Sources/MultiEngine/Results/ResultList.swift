/// What the engines say to a text that they have executed, in the order of the targets.
public struct ResultList: Sendable, RandomAccessCollection, CustomStringConvertible {
    private let results: [CommandResult]

    init(_ results: [CommandResult]) { self.results = results }

    /// 0.
    public var startIndex: Int { 0 }
    /// How many engines there were.
    public var endIndex: Int { results.count }
    /// One of them, by its place in the list.
    public subscript(position: Int) -> CommandResult { results[position] }
    /// That of an engine; nil if it was not asked.
    public subscript(engine: EngineID) -> CommandResult? { results.first { $0.engine == engine } }

    /// All of them, a blank line between two engines.
    public var description: String { results.map(\.description).joined(separator: "\n") }
}
