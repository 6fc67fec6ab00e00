/// Which engines a command is for. Looked up when the command is given, so `.all` means those that are there
/// then.
public enum EngineTargets: Sendable, Hashable, CustomStringConvertible {
    /// All that are attached.
    case all
    /// These, by number, in this order.
    case engines([EngineID])
    /// A stretch of the list of those that are attached, by rising number, as Python's `[start:end]`:
    /// negative ones count from the end, nil is the list's own begin or end.
    case slice(Int?, Int?)

    /// One engine.
    public static func engine(_ id: EngineID) -> EngineTargets { .engines([id]) }

    /// The places `range` of the list of those that are attached: `0..<3` are the first three.
    public static func slice(_ range: Range<Int>) -> EngineTargets {
        .slice(range.lowerBound, range.upperBound)
    }

    /// Reads `all`, `0`, `0,2`, `0:3`, `2:`, `:-1`.
    /// - Throws: ``MultiEngineError``: `badInput`.
    public init(parsing text: String) throws(MultiEngineError) {
        let words = text.filter { !$0.isWhitespace }
        if words == "all" {
            self = .all
            return
        }
        let ends = words.split(separator: ":", omittingEmptySubsequences: false)
        if ends.count == 2 {
            let numbers = ends.map { Int($0) }
            if zip(ends, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) {
                self = .slice(numbers[0], numbers[1])
                return
            }
        }
        let numbers = words.split(separator: ",", omittingEmptySubsequences: false).map { UInt32($0) }
        guard numbers.allSatisfy({ $0 != nil }) else {
            throw MultiEngineError(
                .badInput,
                "“\(text)” names no engines: write all, a number (0), several (0,2), or a slice of all (0:3, -1: for the last)"
            )
        }
        self = .engines(numbers.compactMap { $0.map { EngineID($0) } })
    }

    /// As it is parsed.
    public var description: String {
        switch self {
        case .all: "all"
        case .engines(let ids): ids.map(\.description).joined(separator: ",")
        case .slice(let start, let end): "\(start.map(String.init) ?? ""):\(end.map(String.init) ?? "")"
        }
    }

    /// The engines that are meant.
    ///
    /// - Parameters:
    ///   - attached: those that are there, rising.
    ///   - known: those too that are away for the moment, which may be named by number.
    /// - Throws: ``MultiEngineError``: `noEngines`, `unknownEngine`, `badInput`.
    func resolve(
        attached: [EngineID], known: Set<EngineID>
    ) throws(MultiEngineError) -> [EngineID] {
        guard !known.isEmpty else { throw .noEngines }
        let there = "there are \(attached.map(\.description).joined(separator: ", "))"
        switch self {
        case .all:
            guard !attached.isEmpty else { throw .noEngines }
            return attached
        case .engines(let ids):
            if let unknown = ids.first(where: { !known.contains($0) }) {
                throw MultiEngineError(.unknownEngine, "there is no engine \(unknown); \(there)")
            }
            guard !ids.isEmpty else {
                throw MultiEngineError(.badInput, "no engine is named; \(there)")
            }
            guard Set(ids).count == ids.count else {
                throw MultiEngineError(.badInput, "an engine is named twice in \(self); \(there)")
            }
            return ids
        case .slice(let start, let end):
            func place(_ number: Int) -> Int {
                min(max(number < 0 ? number + attached.count : number, 0), attached.count)
            }
            let (first, last) = (place(start ?? 0), place(end ?? attached.count))
            guard first < last else {
                throw MultiEngineError(.unknownEngine, "there are no engines in \(self); \(there)")
            }
            return Array(attached[first..<last])
        }
    }
}

extension EngineTargets: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// One engine, by number.
    public init(integerLiteral value: UInt32) { self = .engines([EngineID(value)]) }
    /// Some engines, by number.
    public init(arrayLiteral elements: UInt32...) { self = .engines(elements.map { EngineID($0) }) }
}
