extension Sweep {
    /// Bytes that it takes in a template, if these are more than a template may have. Cost: in proportion to
    /// the values that are written out.
    package var oversizeBytes: Int? {
        let limit = TaskTemplate.bodyLimitBytes - Self.roomForTheRest
        // Mostly it need not be written to see how large it is.
        let size = axis.size
        if size.least > limit { return size.least }
        guard size.most > limit else { return nil }
        let bytes = json.encoded().count
        return bytes > limit ? bytes : nil
    }

    /// Bytes for what stands beside the sweep in most templates.
    private static let roomForTheRest = 64 << 10
}

extension SweepAxis {
    /// Between what bounds the bytes of its JSON lie.
    fileprivate var size: (least: Int, most: Int) {
        func sum(_ parts: [(least: Int, most: Int)]) -> (least: Int, most: Int) {
            parts.reduce((0, 1000)) { ($0.least + $1.least, $0.most + $1.most) }
        }
        switch self {
        case .values(_, let values), .list(_, let values): return Self.size(values)
        case .random(_, let random):
            if case .choice(let values) = random.distribution { return Self.size(values) }
            return (0, 1000)
        case .grid(let axes), .zip(let axes), .chain(let axes): return sum(axes.map(\.size))
        case .filter(let filter):
            let excluded = filter.excluded.lazy.flatMap { $0 }.map { Self.size($0.value) }
            let text = filter.counts.text.utf8.count + 7 * (filter.condition?.text.utf8.count ?? 0)
            return sum([filter.base.size, (0, text), sum(Array(excluded))])
        case .range, .space: return (0, 1000)
        }
    }

    /// Beside the values there are up to 1,000 names.
    private static func size(_ values: [ParameterValue]) -> (least: Int, most: Int) {
        values.reduce((0, 100_000)) { sum, value in
            let size = Self.size(value)
            return (sum.least + size.least, sum.most + size.most)
        }
    }

    /// A character takes up to six bytes, and a value may have its text beside it.
    private static func size(_ value: ParameterValue) -> (least: Int, most: Int) {
        let bytes = value.text.utf8.count
        return (bytes + 1, 7 * bytes + 200)
    }
}
