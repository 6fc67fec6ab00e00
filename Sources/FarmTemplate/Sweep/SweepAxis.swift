/// A piece of a parameter space: some parameters, and a countable list of their values, any of which is found
/// without the ones before it. A further kind is a further case here, with its three answers (`names`,
/// `count`, `append`) and its JSON.
public enum SweepAxis: Hashable, Sendable {
    /// One parameter, its values written out.
    case values(name: String, [ParameterValue])
    /// One parameter over evenly spaced numbers.
    case range(name: String, NumberRange)
    /// Points written out: row after row, a value for each name.
    case list(names: [String], values: [ParameterValue])
    /// All combinations; the last axis changes fastest.
    case grid([SweepAxis])

    /// The parameters it sets, in order.
    public var names: [String] {
        switch self {
        case .values(let name, _), .range(let name, _): [name]
        case .list(let names, _): names
        case .grid(let axes): axes.flatMap(\.names)
        }
    }

    /// How many points.
    ///
    /// - Throws: `tooMany` if that does not fit 64 bits.
    public func count() throws(TemplateError) -> UInt64 {
        switch self {
        case .values(_, let values): return UInt64(values.count)
        case .range(_, let range): return range.count
        case .list(let names, let values): return names.isEmpty ? 0 : UInt64(values.count / names.count)
        case .grid(let axes):
            var total: UInt64 = 1
            for axis in axes {
                let (product, overflow) = total.multipliedReportingOverflow(by: try axis.count())
                if overflow {
                    throw TemplateError(.tooMany, "the grid has more than 2^64 points", field: "sweep")
                }
                total = product
            }
            return total
        }
    }
}
