/// A count of drawn values, each computed from the seed, the parameter's name and its own index: none needs
/// those before it, and all are the same on every machine and in every run.
///
/// The generator is a counter hashed by SplitMix64's finaliser (Steele, Lea and Flood 2014), one draw a
/// value. It is part of the format: values must not change from one version to the next.
public struct RandomValues: Hashable, Sendable {
    /// What is drawn from; numbers as they are written.
    public enum Distribution: Hashable, Sendable {
        /// `from` ≤ value < `to`.
        case uniform(from: String, to: String)
        /// The logarithm is uniform: `from` ≤ value < `to`, both more than 0.
        case logUniform(from: String, to: String)
        /// Gaussian.
        case normal(mean: String, deviation: String)
        /// Whole numbers `from` ≤ value ≤ `to`.
        case integer(from: String, to: String)
        /// One of these, each as likely.
        case choice([ParameterValue])
    }

    /// What is drawn from.
    public let distribution: Distribution
    /// The seed of the sweep.
    public let seed: UInt64
    /// How many; at least 1.
    public let count: UInt64
    private let stream: UInt64
    private let a: Double
    private let b: Double
    /// The logarithms of both, for `logUniform`.
    private let logA: DoubleDouble
    private let logB: DoubleDouble
    private let least: Int64
    private let span: UInt64

    /// - Parameter name: the parameter's; two of one sweep draw different values.
    /// - Throws: `badValue` if a number is none or the bounds are empty, `tooMany` above `Sweep.limit`.
    public init(_ distribution: Distribution, count: UInt64, seed: UInt64, name: String) throws(TemplateError)
    {
        func fault(_ message: String) -> TemplateError {
            TemplateError(.badValue, message, field: "sweep")
        }
        func number(_ text: String, _ key: String) throws(TemplateError) -> Double {
            guard let value = DecimalNumber.double(text) else {
                throw fault("`\(key)` of `random` must be a number, found “\(Shown.text(text))”")
            }
            return value
        }
        func whole(_ text: String, _ key: String) throws(TemplateError) -> Int64 {
            guard let value = Int64(text) else {
                throw fault(
                    "`\(key)` of a random integer must be a whole number, found “\(Shown.text(text))”")
            }
            return value
        }
        try NumberSpace.check(count, of: "random")
        (self.distribution, self.count, self.seed) = (distribution, count, seed)
        var (a, b, least, span) = (0.0, 0.0, Int64(0), UInt64(0))
        switch distribution {
        case .uniform(let from, let to), .logUniform(let from, let to):
            (a, b) = (try number(from, "from"), try number(to, "to"))
            if case .logUniform = distribution, min(a, b) <= 0 {
                throw fault("`from` and `to` of `loguniform` must be more than 0, found \(from) and \(to)")
            }
            if a >= b { throw fault("`from` of `random` must be less than `to`, found \(from) and \(to)") }
        case .normal(let mean, let deviation):
            (a, b) = (try number(mean, "mean"), try number(deviation, "stddev"))
            if b <= 0 { throw fault("`stddev` of `normal` must be more than 0, found \(deviation)") }
        case .integer(let from, let to):
            let last = try whole(to, "to")
            least = try whole(from, "from")
            if least > last {
                throw fault("`from` of `random` must be at most `to`, found \(from) and \(to)")
            }
            span = UInt64(bitPattern: last &- least)
        case .choice(let values):
            if values.isEmpty { throw fault("the sweep is empty: `values` of `choice` is empty") }
            span = UInt64(values.count - 1)
        }
        (self.a, self.b, self.least, self.span) = (a, b, least, span)
        if case .logUniform = distribution {
            (logA, logB) = (.log(a), .log(b))
        } else {
            (logA, logB) = (DoubleDouble(0), DoubleDouble(0))
        }
        stream = Self.stream(seed, name)
    }

    /// Value `index`. Precondition: `index` is below `count`.
    public subscript(index: UInt64) -> ParameterValue {
        switch distribution {
        case .choice(let values): values[Int(below(index))]
        case .integer:
            ParameterValue(.number(String(least &+ Int64(bitPattern: below(index)))))
        default: ParameterValue(.number("\(number(index))"))
        }
    }

    /// Value `index` as conditions compare it.
    func operand(_ index: UInt64) -> Operand {
        switch distribution {
        case .choice(let values): Operand(values[Int(below(index))])
        case .integer: .number(Double(least &+ Int64(bitPattern: below(index))))
        default: .number(number(index))
        }
    }

    /// The seed alone gives each name a stream of its own.
    private static func stream(_ seed: UInt64, _ name: String) -> UInt64 {
        var hash = mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
        for byte in name.utf8 { hash = mixed((hash ^ UInt64(byte)) &+ 0x9E37_79B9_7F4A_7C15) }
        return hash
    }

    private func draw(_ index: UInt64) -> UInt64 {
        Self.mixed(stream &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// SplitMix64's finaliser.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 to `span`. The bias is at most the span over 2^64.
    private func below(_ index: UInt64) -> UInt64 {
        span == .max ? draw(index) : draw(index).multipliedFullWidth(by: span + 1).high
    }

    private func number(_ index: UInt64) -> Double {
        // The middles of 2^52 equal pieces: exact, and neither 0 nor 1.
        let share = (Double(draw(index) >> 12) + 0.5) * 0x1p-52
        switch distribution {
        case .uniform: return min(max(a * (1 - share) + b * share, a), b.nextDown)
        case .logUniform:
            let value = DoubleDouble.exp(
                logA * DoubleDouble(1 - share) + logB * DoubleDouble(share))
            return min(max(value.high, a), b.nextDown)
        case .normal:
            let value = a + b * NormalQuantile.of(share)
            return min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
        case .integer, .choice: return 0
        }
    }
}
