import Glibc

/// The way from numbers to places from 0 to 1, with ticks at round ones.
struct NumberAxis {
    /// A place, and what stands there.
    struct Tick: Equatable {
        var position: Double
        var label: String
    }

    let low: Double
    let high: Double
    /// Equal steps for equal ratios: where all is positive and spans more than three decades.
    let isLog: Bool

    /// What two doubles may not be nearer than, as a part of the larger: ticks between them would be equal.
    private static let leastPart = 1e-9
    private static let largest = 1e300
    private static let mostTicks = 6.0

    /// An axis on which both lie. Precondition: finite.
    init(from low: Double, to high: Double) {
        let (low, high) = (max(min(low, high), -Self.largest), min(max(low, high), Self.largest))
        let size = max(abs(low), abs(high))
        isLog = low > 0 && log10(high) - log10(low) > 3
        if isLog {
            (self.low, self.high) = (low, high)
        } else if high - low > size * Self.leastPart, high - low > 1e-290 {
            (self.low, self.high) = (low, high)
        } else {
            // One value: in the middle.
            let room = size > 1e-280 ? size * 0.05 : 1
            (self.low, self.high) = (low - room, high + room)
        }
    }

    /// An axis for all of these that are finite; nil if none is.
    init?(over values: some Sequence<Double>) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else { return nil }
        self.init(from: low, to: high)
    }

    /// 0 at `low`, 1 at `high`; nothing outside.
    func position(_ value: Double) -> Double {
        let part =
            isLog
            ? (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low))
            : (value / 2 - low / 2) / (high / 2 - low / 2)
        return min(max(part, 0), 1)
    }

    /// The number at a place.
    func value(at position: Double) -> Double {
        isLog
            ? pow(10, log10(low) + position * (log10(high) - log10(low)))
            : low + position * (high / 2 - low / 2) * 2
    }

    /// At most eight, at powers of ten or at multiples of 1, 2 or 5 times one.
    var ticks: [Tick] {
        if isLog {
            let (first, last) = (Int(ceil(log10(low) - 1e-9)), Int(floor(log10(high) + 1e-9)))
            let stride = max(1, Int(ceil(Double(last - first + 1) / Self.mostTicks)))
            return Swift.stride(from: first, through: last, by: stride).map { exponent in
                Tick(position: position(pow(10, Double(exponent))), label: "1e\(exponent)")
            }
        }
        let span = (high / 2 - low / 2) / Self.mostTicks * 2
        let power = pow(10, floor(log10(span)))
        let step = power * (span / power <= 1 ? 1 : span / power <= 2 ? 2 : span / power <= 5 ? 5 : 10)
        let first = ceil(low / step - 1e-9)
        return (0..<10).compactMap { count in
            let value = (first + Double(count)) * step
            guard value <= high + step * 1e-9 else { return nil }
            return Tick(position: position(value), label: NumberText.tick(value, step: step))
        }
    }
}
