/// How tasks of arrays are called: the same point has the same name in every run.
enum TaskNaming {
    /// Bytes of a value that a name shows; a longer one is cut, and a digest tells it from others.
    static let longestValue = 100

    /// `solve/n=64,alpha=0.1`.
    static func name(_ base: String, _ names: [String], _ values: [ParameterValue]) -> String {
        var name = base
        for (index, (key, value)) in zip(names, values).enumerated() {
            name += index == 0 ? (base.isEmpty ? "" : "/") : ","
            name += key
            name += "="
            append(value.text, to: &name)
        }
        return name
    }

    /// Appends a value so that the name stays one word, one directory, and tells any two values apart: what
    /// could end a word, a path's component or a pair is written `%2F`.
    private static func append(_ value: String, to name: inout String) {
        if value.utf8.count <= longestValue, value.utf8.allSatisfy(isPlain) {
            name += value == "." || value == ".." ? value.replacing(".", with: "%2E") : value
            return
        }
        var shown = value
        var tail = ""
        if value.utf8.count > longestValue {
            var cut = value.utf8.index(value.startIndex, offsetBy: longestValue - 20)
            while !UTF8.isLead(value.utf8[cut]) { cut = value.utf8.index(before: cut) }
            shown = String(value[..<cut])
            tail = "~" + hexadecimal(digest(value))
        }
        var bytes: [UInt8] = []
        for byte in shown.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes.append(
                    contentsOf: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
            }
        }
        name += String(decoding: bytes, as: UTF8.self) + tail
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "%")
            && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "~")
    }

    /// FNV-1a, 64 bits.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension UTF8 {
    /// Whether a byte begins a character.
    fileprivate static func isLead(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}
