/// A task's value, taken apart into single fields.
///
/// A member of an object is called `error`, one further in `norms.l2`, an item of an array `profile[3]` – of
/// a value that is one `[3]` –, and a value that is neither `result`. Keys with `.`, `[` or `"` in them are written as `["a.b"]`.
public enum ResultFields {
    /// What a value that is no object is called.
    public static let whole = "result"

    /// All fields, in order, with what they hold: never an object or array. What holds nothing – null, an
    /// empty object or array – has no field. Cost: in proportion to the value.
    public static func leaves(of value: JSONValue) -> [(path: String, value: JSONValue)] {
        var found: [(path: String, value: JSONValue)] = []
        collect(value, "", into: &found)
        return found
    }

    private static func collect(
        _ value: JSONValue, _ path: String, into found: inout [(path: String, value: JSONValue)]
    ) {
        switch value {
        case .null: break
        case .object(let members):
            for member in members { collect(member.value, joined(path, member.key), into: &found) }
        case .array(let items):
            for (index, item) in items.enumerated() { collect(item, "\(path)[\(index)]", into: &found) }
        case .bool, .number, .string: found.append((path.isEmpty ? whole : path, value))
        }
    }

    private static func joined(_ path: String, _ key: String) -> String {
        let isPlain =
            !key.isEmpty
            && !key.utf8.contains { byte in
                byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"")
            }
        if isPlain { return path.isEmpty ? key : "\(path).\(key)" }
        var quoted: [UInt8] = []
        JSONValue.encode(key, into: &quoted)
        return "\(path)[\(String(decoding: quoted, as: UTF8.self))]"
    }

    /// A path and the paths of all that it is in, inmost first: `a.b[2]`, `a.b`, `a`.
    public static func ancestors(of path: String) -> [String] {
        var found = [path]
        let bytes = Array(path.utf8)
        for end in bytes.indices.reversed() where end > 0 {
            if bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "[") {
                found.append(String(decoding: bytes[..<end], as: UTF8.self))
            }
        }
        // An item of a value that is an array itself.
        if bytes.first == UInt8(ascii: "["), !path.hasPrefix("[\"") { found.append(whole) }
        return found
    }

    /// A field's number; nil if it is none. JSON has no text for what is not finite: it comes as `"nan"`,
    /// `"inf"`, `"-inf"`, or as Python and C print it.
    public static func number(_ value: JSONValue?) -> Double? {
        switch value {
        case .number(let text): Double(text)
        case .string(let text):
            switch text.lowercased() {
            case "nan", "-nan": .nan
            case "inf", "+inf", "infinity": .infinity
            case "-inf", "-infinity": -.infinity
            default: nil
            }
        default: nil
        }
    }

    /// A field's number, where false is 0 and true is 1.
    static func measure(_ value: JSONValue?) -> Double? {
        if case .bool(let isTrue)? = value { return isTrue ? 1 : 0 }
        return number(value)
    }

    /// Whether two fields are the same: numbers within a relative tolerance, NaN is NaN, anything else
    /// exactly.
    static func areSame(_ a: JSONValue?, _ b: JSONValue?, tolerance: Double) -> Bool {
        if a == b { return true }
        guard let x = number(a), let y = number(b) else { return false }
        if x.isNaN || y.isNaN { return x.isNaN && y.isNaN }
        if x.isInfinite || y.isInfinite { return x == y }
        if tolerance == 0, let m = a.flatMap({ Int($0.text) }), let n = b.flatMap({ Int($0.text) }) {
            // Beyond 2^53 neighbours are one double.
            return m == n
        }
        return abs(x - y) <= tolerance * max(abs(x), abs(y))
    }
}
