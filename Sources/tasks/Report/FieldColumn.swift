/// A field of results at all points of a group.
struct FieldColumn {
    let path: String
    /// NaN where there is no finite number.
    private(set) var values: [Double] = []
    /// Points whose field is NaN or infinite.
    private(set) var notFiniteCount = 0
    private(set) var finiteCount = 0
    private(set) var low = Double.infinity
    private(set) var high = -Double.infinity
    /// Running, so that no sum overflows.
    private(set) var mean = 0.0
    /// All values say what a parameter of that name says.
    var repeatsParameter: Bool

    init(_ path: String, missing: Int, repeatsParameter: Bool) {
        self.path = path
        self.repeatsParameter = repeatsParameter
        pad(to: missing)
    }

    mutating func append(_ value: Double) {
        guard value.isFinite else {
            notFiniteCount += 1
            return values.append(.nan)
        }
        values.append(value)
        finiteCount += 1
        low = min(low, value)
        high = max(high, value)
        mean += value / Double(finiteCount) - mean / Double(finiteCount)
    }

    mutating func pad(to count: Int) {
        if values.count < count {
            values.append(contentsOf: repeatElement(.nan, count: count - values.count))
        }
    }
}
