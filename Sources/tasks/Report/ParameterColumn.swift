/// A sweep's parameter at all points of a group.
struct ParameterColumn {
    let name: String
    /// A value's number, for each point; -1 where the point has no such parameter.
    private(set) var codes: [Int32] = []
    /// The values as they were written, in the order in which they come first.
    private(set) var values: [String] = []
    private var places: [String: Int32] = [:]
    private(set) var hasGaps = false

    /// `missing`: points before the first that has it.
    init(_ name: String, missing: Int) {
        self.name = name
        pad(to: missing)
    }

    mutating func append(_ value: String) {
        if let code = places[value] { return codes.append(code) }
        let code = Int32(values.count)
        places[value] = code
        values.append(value)
        codes.append(code)
    }

    /// The points up to here that have not got it.
    mutating func pad(to count: Int) {
        guard codes.count < count else { return }
        hasGaps = true
        codes.append(contentsOf: repeatElement(-1, count: count - codes.count))
    }

    /// The values as numbers; nil if one is none, or not finite.
    var numbers: [Double]? {
        var found: [Double] = []
        for value in values {
            guard let number = Double(value), number.isFinite else { return nil }
            found.append(number)
        }
        return found
    }
}
