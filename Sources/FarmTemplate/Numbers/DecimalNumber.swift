/// Numbers as they are written, as integers and powers of ten, so that
/// `0.1` is 1 and one place, not the double near it.
enum DecimalNumber {
    /// The nearest double; nil for what is no finite number in decimal digits.
    static func double(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite, isDecimal(text) else { return nil }
        return value
    }

    /// The three as integers of one power of ten, with at most 15 digits each when there is a fraction, so
    /// that one division by that power gives the nearest double.
    static func atOneScale(_ a: String, _ b: String, _ c: String) -> (Int64, Int64, Int64, Int)? {
        guard let x = decimal(a), let y = decimal(b), let z = decimal(c) else { return nil }
        let places = max(x.places, y.places, z.places)
        guard places <= 15 else { return nil }
        func scaled(_ number: (digits: Int64, places: Int)) -> Int64? {
            var digits = number.digits
            for _ in number.places..<places {
                let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                digits = product
            }
            return places > 0 && digits.magnitude > 999_999_999_999_999 ? nil : digits
        }
        guard let p = scaled(x), let q = scaled(y), let r = scaled(z) else { return nil }
        return (p, q, r, places)
    }

    /// `-1.25e-1` as (-125, 3).
    static func decimal(_ text: String) -> (digits: Int64, places: Int)? {
        let parts = text.lowercased().split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, (-18...18).contains(exponent) else {
            return nil
        }
        let halves = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = halves.count > 1 ? halves[1] : ""
        guard var digits = Int64(String(halves[0]) + fraction) else { return nil }
        var places = fraction.utf8.count - exponent
        while places < 0 {
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            digits = product
            places += 1
        }
        return (digits, places)
    }

    /// Digits, point, exponent, signs: what Swift's own conversion takes beyond that (hexadecimal, `inf`) is
    /// out.
    static func isDecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            ("0".utf8.first!...("9".utf8.first!)).contains($0) || "+-.eE".utf8.contains($0)
        }
    }
}
