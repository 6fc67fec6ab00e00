import FarmTemplate
import Testing

/// A fraction of whole numbers; all here are small enough to be exact.
private struct Rational {
    var above: Int128
    /// More than 0.
    var below: Int128

    /// Whether `value` is the nearest double: no more than half the distance to the next one away.
    func isNearest(_ value: Double) -> Bool {
        if value == 0 { return above == 0 }
        // value = whole / 2^shift, exactly.
        let shift = max(0, 52 - Int(value.exponent))
        let whole = Int128(value * Double(sign: .plus, exponent: shift, significand: 1))
        let error = above << Int128(shift) - whole * below
        return 2 * error.magnitude <= below.magnitude
    }
}

/// A decimal with its exact digits.
private struct Decimal {
    var digits: Int
    var places: Int

    init(_ random: inout SplitMix, places: Int) {
        self.places = places
        digits = Int.random(in: -1_000_000...1_000_000, using: &random)
    }

    var text: String {
        let all = String(digits.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - all.count)) + all
        return (digits < 0 ? "-" : "") + padded.dropLast(places) + (places > 0 ? "." : "")
            + padded.suffix(places)
    }
}

private func power(_ places: Int) -> Int128 { (0..<places).reduce(1) { scale, _ in scale * 10 } }

@Suite struct ExactNumbersTests {
    private let seed = UInt64.random(in: 0...UInt64.max)

    @Test func `each number of a linspace is the double nearest to its closed form`() throws {
        var random = SplitMix(state: seed)
        for round in 0..<400 {
            let places = Int.random(in: 0...6, using: &random)
            let (from, to) = (Decimal(&random, places: places), Decimal(&random, places: places))
            let count = UInt64.random(in: 2...1_000, using: &random)
            let space = try NumberSpace(.linear, from: from.text, to: to.text, count: count)
            for i in [0, 1, count / 3, count / 2, count - 2, count - 1] {
                let whole = Int128(count - 1)
                let wanted = Rational(
                    above: Int128(from.digits) * whole + Int128(to.digits - from.digits) * Int128(i),
                    below: whole * power(places))
                let value = try #require(Double(space[i].text))
                #expect(
                    wanted.isNearest(value),
                    "seed \(seed), round \(round): \(from.text) to \(to.text), \(i) of \(count) is \(value)")
            }
        }
    }

    @Test func `each number of a range is the double nearest to its closed form, and none is missing`() throws
    {
        var random = SplitMix(state: seed)
        for round in 0..<400 {
            let places = Int.random(in: 1...6, using: &random)
            var (a, b) = (Decimal(&random, places: places), Decimal(&random, places: places))
            var step = Decimal(&random, places: places)
            step.digits = max(1, abs(step.digits) % 10_000)
            if round % 2 == 0 {
                if a.digits > b.digits { swap(&a, &b) }
            } else {
                if a.digits < b.digits { swap(&a, &b) }
                step.digits = -step.digits
            }
            let range = try NumberRange(from: a.text, to: b.text, step: step.text)
            let count = UInt64((b.digits - a.digits) / step.digits) + 1
            #expect(range.count == count, "seed \(seed), round \(round)")
            for i in [0, 1, count / 2, count - 1] where i < count {
                let wanted = Rational(
                    above: Int128(a.digits) + Int128(i) * Int128(step.digits), below: power(places))
                let value = try #require(Double(range[i].text))
                #expect(
                    wanted.isNearest(value),
                    "seed \(seed), round \(round): \(a.text) to \(b.text) by \(step.text), \(i) is \(value)")
            }
        }
    }

    @Test func `a number beside the nearest one would be noticed`() {
        let third = Rational(above: 1, below: 3)
        #expect(third.isNearest(1 / 3.0))
        #expect(!third.isNearest((1 / 3.0).nextUp) && !third.isNearest((1 / 3.0).nextDown))
    }

    @Test func `loguniform never gives its upper end`() throws {
        let random = try RandomValues(
            .logUniform(from: "1", to: "1.0000000000000002"), count: 64, seed: 0, name: "x")
        #expect((0..<64).allSatisfy { random[$0].text == "1.0" })
    }
}
