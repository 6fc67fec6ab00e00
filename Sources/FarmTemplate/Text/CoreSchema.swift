/// What plain scalars are: the core schema of YAML 1.2 (section 10.3.2), in which `on`, `no` and `12:00:00`
/// are strings – and so is `0755` here, which the schema would read as 755: what a person writes with a
/// leading zero is a mode, a code or a date, never that number.
package enum CoreSchema {
    /// What a text without quotes stands for. It keeps its text.
    package static func resolve(_ text: String) -> ParameterValue {
        ParameterValue(text: text, value: value(text))
    }

    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first),
            text.utf8.count <= 4096
        else {
            return .string(text)
        }
        if text.hasPrefix("0o") || text.hasPrefix("0x") {
            let digits = text.dropFirst(2)
            guard digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let number = UInt64(digits, radix: text.hasPrefix("0o") ? 8 : 16)
            else { return .string(text) }
            return .number(String(number))
        }
        return decimal(text) ?? .string(text)
    }

    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, as JSON writes it.
    private static func decimal(_ text: String) -> JSONValue? {
        var rest = text[...]
        var json = ""
        if let sign = rest.first, sign == "-" || sign == "+" {
            if sign == "-" { json = "-" }
            rest.removeFirst()
        }
        let whole = digits(&rest)
        if whole.utf8.count > 1, whole.utf8.first == UInt8(ascii: "0") { return nil }
        json += whole.isEmpty ? "0" : whole
        if rest.first == "." {
            rest.removeFirst()
            let fraction = digits(&rest)
            if whole.isEmpty, fraction.isEmpty { return nil }
            if !fraction.isEmpty { json += "." + fraction }
        } else if whole.isEmpty {
            return nil
        }
        if let mark = rest.first, mark == "e" || mark == "E" {
            rest.removeFirst()
            json += "e"
            if let sign = rest.first, sign == "-" || sign == "+" {
                json.append(sign)
                rest.removeFirst()
            }
            let exponent = digits(&rest)
            if exponent.isEmpty { return nil }
            json += exponent
        }
        // The text itself where it is JSON already, so that it needs no second form on the wire.
        return rest.isEmpty ? .number(JSONNumber.isValid(text.utf8) ? text : json) : nil
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let run = rest.prefix { $0.utf8.count == 1 && isDigit($0.utf8.first ?? 0) }
        rest = rest[run.endIndex...]
        return run
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
