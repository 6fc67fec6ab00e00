/// The numbers `from`, `from + step`, `from + 2 step`, … up to and including `to`.
///
/// The rule: value `i` is `from + i × step`, never a running sum. If the three are decimals that fit 64 bits
/// at one scale – nearly always – that is computed exactly in decimal, so `{from: 0, to: 1, step: 0.1}` has
/// 11 values and its fourth is `0.3`. Else it is computed in doubles, `to` counts as reached within 1e-9 of a
/// step (or within 2^-50 of the distance, if that is more), and no value goes beyond `to`. Integers stay
/// integers (`3`); if any of the three is written with a point or an exponent, all values are doubles in
/// their shortest round-trip form.
public struct NumberRange: Hashable, Sendable {
    /// As written.
    public let from: String
    /// As written.
    public let to: String
    /// As written.
    public let step: String
    /// How many values; at least 1.
    public let count: UInt64
    private let rule: Rule

    private enum Rule: Hashable, Sendable {
        case integers(from: Int64, step: Int64)
        case decimals(from: Int64, step: Int64, scale: Double)
        case doubles(from: Double, step: Double, to: Double)
    }

    /// - Parameters:
    ///   - step: may be negative, with `to` below `from`.
    /// - Throws: `badValue` if one is no finite number, `step` is 0, or leads away from `to`.
    public init(from: String, to: String, step: String = "1") throws(TemplateError) {
        func number(_ text: String, _ key: String) throws(TemplateError) -> Double {
            guard let value = DecimalNumber.double(text) else {
                throw TemplateError(
                    .badValue, "`\(key)` of a range must be a number, found “\(Shown.text(text))”",
                    field: "sweep")
            }
            return value
        }
        let (first, last, width) = (try number(from, "from"), try number(to, "to"), try number(step, "step"))
        if width == 0 { throw TemplateError(.badValue, "`step` of a range must not be 0", field: "sweep") }
        func check(_ isForward: Bool, _ isPositive: Bool, _ isPoint: Bool) throws(TemplateError) {
            if isPoint || isForward == isPositive { return }
            throw TemplateError(
                .badValue, "the range is empty: from \(from) by steps of \(step) never reaches \(to)",
                field: "sweep")
        }
        (self.from, self.to, self.step) = (from, to, step)
        // Signs are compared, and exact numbers where there are any: a product of two small doubles is 0, and
        // two long integers may be one double.
        if let (a, b, c, places) = DecimalNumber.atOneScale(from, to, step),
            case let steps = Self.span(a, b) / c.magnitude,
            steps < .max
        {
            try check(b > a, c > 0, a == b)
            count = steps + 1
            let isWhole = ![from, to, step].contains { $0.utf8.contains { ".eE".utf8.contains($0) } }
            var scale = 1.0
            for _ in 0..<places { scale *= 10 }
            rule = isWhole ? .integers(from: a, step: c) : .decimals(from: a, step: c, scale: scale)
        } else {
            try check(last > first, width > 0, first == last)
            let distance = last - first
            let steps = distance.isFinite ? distance / width : last / width - first / width
            let reached = (steps + max(1e-9, steps * 0x1p-50)).rounded(.down)
            guard reached >= 0, reached < 0x1p62 else {
                throw TemplateError(.tooMany, "the range has more than 2^62 values", field: "sweep")
            }
            count = UInt64(reached) + 1
            rule = .doubles(from: first, step: width, to: last)
        }
    }

    /// Value `index`. Precondition: `index` is below `count`.
    public subscript(index: UInt64) -> ParameterValue {
        if case .integers(let from, let step) = rule {
            return ParameterValue(.number(String(from &+ Int64(truncatingIfNeeded: index) &* step)))
        }
        return ParameterValue(.number("\(number(index))"))
    }

    /// Value `index` as a double.
    func number(_ index: UInt64) -> Double {
        switch rule {
        case .integers(let from, let step): Double(from &+ Int64(truncatingIfNeeded: index) &* step)
        case .decimals(let from, let step, let scale):
            Double(from &+ Int64(truncatingIfNeeded: index) &* step) / scale
        case .doubles(let from, let step, let to):
            step > 0
                ? min(Self.sum(from, Double(index), step), to) : max(Self.sum(from, Double(index), step), to)
        }
    }

    /// `from + index × step`, also where the product alone is beyond the largest double.
    private static func sum(_ from: Double, _ index: Double, _ step: Double) -> Double {
        let value = from + index * step
        return value.isFinite ? value : 2 * (from / 2 + index * (step / 2))
    }

    /// The distance between two numbers, which may be more than the largest `Int64`.
    private static func span(_ a: Int64, _ b: Int64) -> UInt64 {
        UInt64(bitPattern: max(a, b) &- min(a, b))
    }
}
