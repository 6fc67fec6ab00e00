/// A piece of a parameter space: some parameters, and a countable list of their values, any of which is found
/// without the ones before it. A further kind is a further case here, with its answers in `names` and `count`,
/// in `SweepNode`, and its JSON.
public indirect enum SweepAxis: Hashable, Sendable {
    /// One parameter, its values written out.
    case values(name: String, [ParameterValue])
    /// One parameter over evenly spaced numbers.
    case range(name: String, NumberRange)
    /// One parameter over a count of numbers between two ends.
    case space(name: String, NumberSpace)
    /// One parameter over drawn values.
    case random(name: String, RandomValues)
    /// Points written out: row after row, a value for each name.
    case list(names: [String], values: [ParameterValue])
    /// All combinations; the last axis changes fastest.
    case grid([SweepAxis])
    /// Side by side: point `i` is point `i` of each; all have as many.
    case zip([SweepAxis])
    /// One after the other; all have the same parameters in the same order.
    case chain([SweepAxis])
    /// Only some of the points of another axis.
    case filter(SweepFilter)

    /// The parameters it sets, in order.
    public var names: [String] {
        switch self {
        case .values(let name, _), .range(let name, _), .space(let name, _), .random(let name, _): [name]
        case .list(let names, _): names
        case .grid(let axes), .zip(let axes): axes.flatMap(\.names)
        case .chain(let axes): axes.first?.names ?? []
        case .filter(let filter): filter.base.names
        }
    }

    /// Whether a filter is part of it.
    var hasFilter: Bool {
        switch self {
        case .filter: true
        case .grid(let axes), .zip(let axes), .chain(let axes): axes.contains { $0.hasFilter }
        default: false
        }
    }

    /// How many points.
    ///
    /// - Throws: `tooMany` if that does not fit 64 bits, `badValue` if axes do not go together.
    public func count() throws(TemplateError) -> UInt64 { try SweepNode(self).count }
}
