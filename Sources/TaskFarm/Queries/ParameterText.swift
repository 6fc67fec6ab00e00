import Foundation

/// A parameter's value as text: strings as they are, all else as JSON.
struct ParameterText: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self.text = text
        } else if let flag = try? value.decode(Bool.self) {
            text = String(flag)
        } else if let number = try? value.decode(Int.self) {
            text = String(number)
        } else if let number = try? value.decode(Double.self) {
            text = String(number)
        } else if let list = try? value.decode([ParameterText].self) {
            text = "[" + list.map(\.text).joined(separator: ",") + "]"
        } else if let members = try? value.decode([String: ParameterText].self) {
            text =
                "{"
                + members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.text)" }.joined(
                    separator: ",") + "}"
        } else {
            text = "null"
        }
    }
}
