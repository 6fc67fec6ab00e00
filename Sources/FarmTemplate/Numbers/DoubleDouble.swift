/// A number as the sum of two doubles: 106 bits, so that a result rounded to a double is nearly always the
/// nearest one.
///
/// Only `+ - × ÷` and fused multiply-add are used, which IEEE 754 defines to the last bit: unlike those of C
/// libraries, its logarithm and exponential are the same on every machine (Dekker 1971; Hida, Li and Bailey
/// 2001).
struct DoubleDouble: Hashable, Sendable {
    /// The number rounded to a double.
    var high: Double
    /// What that leaves.
    var low: Double

    init(_ value: Double) { (high, low) = (value, 0) }

    /// The exact sum of two doubles, without any order of size.
    init(sum a: Double, _ b: Double) {
        high = a + b
        let part = high - a
        low = (a - (high - part)) + (b - part)
    }

    /// An integer of at most 106 bits, exactly.
    init(whole: Int128) {
        let rounded = Double(whole)
        self.init(sum: rounded, Double(whole - Int128(rounded)))
    }

    static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let sum = DoubleDouble(sum: a.high, b.high)
        let rest = DoubleDouble(sum: a.low, b.low)
        let first = DoubleDouble(sum: sum.high, sum.low + rest.high)
        return DoubleDouble(sum: first.high, first.low + rest.low)
    }

    static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        var negative = b
        (negative.high, negative.low) = (-b.high, -b.low)
        return a + negative
    }

    static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let product = a.high * b.high
        let rest = (-product).addingProduct(a.high, b.high)
        return DoubleDouble(sum: product, rest + (a.high * b.low + a.low * b.high))
    }

    static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
        let first = a.high / b.high
        let rest = a - b * DoubleDouble(first)
        let second = rest.high / b.high
        let third = (rest - b * DoubleDouble(second)).high / b.high
        return DoubleDouble(sum: first, second) + DoubleDouble(third)
    }

    /// The natural logarithm of a positive finite double.
    static func log(_ x: Double) -> DoubleDouble {
        // x = m × 2^e with m about 1, since the series of the exponential wants small arguments.
        var exponent = Double(x.exponent)
        var m = x.significand
        if m > 1.4142135623730951 {
            m /= 2
            exponent += 1
        }
        // A few terms of atanh start Newton's rule on exp(y) = m, which doubles the digits twice.
        let z = (m - 1) / (m + 1)
        let square = z * z
        var y = DoubleDouble(2 * z * (1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0)))))
        for _ in 0..<3 {
            var negative = y
            (negative.high, negative.low) = (-y.high, -y.low)
            y = y + (DoubleDouble(m) * exp(negative) - DoubleDouble(1))
        }
        return y + DoubleDouble(exponent) * ln2
    }

    /// e to a power; 0 or infinity where that has no double.
    static func exp(_ x: DoubleDouble) -> DoubleDouble {
        if x.high > 710 { return DoubleDouble(.infinity) }
        if x.high < -746 { return DoubleDouble(0) }
        let power = (x.high / ln2.high).rounded()
        var reduced = x - DoubleDouble(power) * ln2
        // By 2^9 smaller the series needs a dozen terms; what it gives, less 1, is squared back.
        (reduced.high, reduced.low) = (reduced.high / 512, reduced.low / 512)
        var term = reduced
        var sum = reduced
        for n in 2...11 {
            term = term * reduced / DoubleDouble(Double(n))
            sum = sum + term
        }
        for _ in 0..<9 { sum = sum * DoubleDouble(2) + sum * sum }
        sum = sum + DoubleDouble(1)
        // In two steps, because 2^power alone may be beyond the range of doubles.
        let half = Int((power / 2).rounded(.down))
        for part in [half, Int(power) - half] {
            let scale = Double(sign: .plus, exponent: part, significand: 1)
            (sum.high, sum.low) = (sum.high * scale, sum.low * scale)
        }
        return sum
    }

    private static let ln2 = DoubleDouble(sum: 0x1.62E42FEFA39EFp-1, 0x1.ABC9E3B39803Fp-56)
}
