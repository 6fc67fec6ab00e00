extension Sweep {
    /// Whether several tasks have the same values.
    package enum Repeats: Equatable, Sendable {
        case none
        /// These two points are the same: the first that repeats another, and that one.
        case found(UInt32, UInt32)
        /// There may be some; too many points to compare them all.
        case possible
    }

    /// Points up to which all are compared.
    private static let compared: UInt32 = 100_000

    /// Looks for points with the same values. Cost: up to a second for 100,000 points; for more of them only
    /// the values of each axis are compared.
    package func repeats() -> Repeats {
        guard count <= Self.compared else { return axis.mayRepeat(includes: false) ? .possible : .none }
        guard axis.mayRepeat(includes: true) else { return .none }
        var seen: [[String]: UInt32] = [:]
        for index in 0..<count {
            if let first = seen.updateValue(index, forKey: point(index).map(\.text)) {
                return .found(index, first)
            }
        }
        return .none
    }
}

extension SweepAxis {
    /// Whether two of its points may be the same; false only if none are.
    ///
    /// - Parameter includes: whether points that follow others are taken to be among them.
    fileprivate func mayRepeat(includes: Bool) -> Bool {
        switch self {
        case .values(_, let values): Self.hasRepeats(values, 1)
        case .list(let names, let values): Self.hasRepeats(values, names.count)
        case .range(_, let range): Self.hasRepeats(range.count) { range[$0] }
        case .space(_, let space): Self.hasRepeats(space.count) { space[$0] }
        case .random(_, let random):
            switch random.distribution {
            case .integer, .choice: random.count > 1
            default: false
            }
        case .grid(let axes): axes.contains { $0.mayRepeat(includes: includes) }
        case .zip(let axes): axes.allSatisfy { $0.mayRepeat(includes: includes) }
        case .chain(let axes): includes || axes.contains { $0.mayRepeat(includes: includes) }
        case .filter(let filter): filter.base.mayRepeat(includes: includes)
        }
    }

    /// By hashes, since there may be millions of rows.
    private static func hasRepeats(_ values: [ParameterValue], _ width: Int) -> Bool {
        if width == 0 { return false }
        var seen: Set<Int> = []
        seen.reserveCapacity(values.count / width)
        for start in stride(from: 0, to: values.count, by: width) {
            var hasher = Hasher()
            for value in values[start..<start + width] { hasher.combine(value.text) }
            if !seen.insert(hasher.finalize()).inserted { return true }
        }
        return false
    }

    /// Numbers in order are the same, if any are, where doubles are farthest apart: at one of the ends.
    private static func hasRepeats(_ count: UInt64, _ value: (UInt64) -> ParameterValue) -> Bool {
        count > 1 && (value(0) == value(1) || value(count - 2) == value(count - 1))
    }
}
