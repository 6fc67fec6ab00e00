/// A count of numbers from one to another, both ends among them: `linspace` with equal differences, `logspace`
/// with equal ratios. All are doubles, in the shortest text that reads back the same.
///
/// Value `i` is computed by itself with 106 bits, from the decimals as they are written where these have at
/// most 15 digits, so that nothing drifts: the fourth of `linspace` from 0 to 1 with 11 is `0.3`, the third of
/// `logspace` from 1 to 1000 with 4 is `100.0`. The same on every machine.
public struct NumberSpace: Hashable, Sendable {
    /// How the numbers are spaced.
    public enum Spacing: String, Hashable, Sendable {
        /// Equal differences, as numpy's `linspace`.
        case linear = "linspace"
        /// Equal ratios between the two ends, which are values and no exponents: numpy's `geomspace`.
        case logarithmic = "logspace"
    }

    /// How the numbers are spaced.
    public let spacing: Spacing
    /// The first number, as written.
    public let from: String
    /// The last number, as written.
    public let to: String
    /// How many; at least 1, and then only `from`.
    public let count: UInt64
    private let first: Double
    private let last: Double
    private let rule: Rule

    private enum Rule: Hashable, Sendable {
        case decimals(from: Int64, to: Int64, scale: Int64)
        case doubles
        /// The logarithms of both ends.
        case ratios(from: DoubleDouble, to: DoubleDouble)
    }

    /// - Throws: `badValue` if an end is no finite number, `count` is 0, or a logarithmic one has an end that
    ///   is not positive; `tooMany` above `Sweep.limit`.
    public init(_ spacing: Spacing, from: String, to: String, count: UInt64) throws(TemplateError) {
        func number(_ text: String, _ key: String) throws(TemplateError) -> Double {
            guard let value = DecimalNumber.double(text) else {
                throw TemplateError(
                    .badValue,
                    "`\(key)` of `\(spacing.rawValue)` must be a number, found “\(Shown.text(text))”",
                    field: "sweep")
            }
            if spacing == .logarithmic, value <= 0 {
                throw TemplateError(
                    .badValue,
                    "`\(key)` of `logspace` must be more than 0, found \(text): it goes from value to value, "
                        + "not from exponent to exponent",
                    field: "sweep")
            }
            return value
        }
        (first, last) = (try number(from, "from"), try number(to, "to"))
        try Self.check(count, of: spacing.rawValue)
        (self.spacing, self.from, self.to, self.count) = (spacing, from, to, count)
        if spacing == .logarithmic {
            rule = .ratios(from: .log(first), to: .log(last))
        } else if let (a, b, _, places) = DecimalNumber.atOneScale(from, to, "0") {
            rule = .decimals(from: a, to: b, scale: (0..<places).reduce(1) { scale, _ in scale * 10 })
        } else {
            rule = .doubles
        }
    }

    /// What `linspace`, `logspace` and `random` have in common.
    static func check(_ count: UInt64, of kind: String) throws(TemplateError) {
        if count == 0 {
            throw TemplateError(
                .badValue, "the sweep is empty: `count` of `\(kind)` must be at least 1", field: "sweep")
        }
        if count > Sweep.limit {
            throw TemplateError(
                .tooMany, "`count` of `\(kind)` is \(count); at most \(Sweep.limit) are possible",
                field: "sweep")
        }
    }

    /// Value `index`. Precondition: `index` is below `count`.
    public subscript(index: UInt64) -> ParameterValue { ParameterValue(.number("\(number(index))")) }

    func number(_ index: UInt64) -> Double {
        if index == 0 { return first }
        if index + 1 == count { return last }
        let whole = Int128(count - 1)
        switch rule {
        case .decimals(let from, let to, let scale):
            let above = Int128(from) * whole + (Int128(to) - Int128(from)) * Int128(index)
            return (DoubleDouble(whole: above) / DoubleDouble(whole: whole * Int128(scale))).high
        case .doubles, .ratios:
            let share = DoubleDouble(whole: Int128(index)) / DoubleDouble(whole: whole)
            let rest = DoubleDouble(whole: whole - Int128(index)) / DoubleDouble(whole: whole)
            let value =
                if case .ratios(let from, let to) = rule {
                    DoubleDouble.exp(from * rest + to * share).high
                } else {
                    (DoubleDouble(first) * rest + DoubleDouble(last) * share).high
                }
            // Next to the largest double the parts of a product are no numbers.
            let plain = value.isFinite ? value : first * rest.high + last * share.high
            return min(max(plain, min(first, last)), max(first, last))
        }
    }
}
