/// What the far side says first: a line `tasks-far VERSION KIND BYTES`, and so many bytes of a capability.
public struct FarGreeting {
    static let mark = "tasks-far"
    static let version = 1
    private static let longestLine = 4_096

    private var bytes: [UInt8] = []
    private var expected: (count: Int, isEncrypted: Bool)?
    private(set) var answer: (capability: [UInt8], isEncrypted: Bool)?

    init() {}

    /// The line for a capability of so many bytes.
    public static func line(bytes: Int, isEncrypted: Bool) -> String {
        "\(mark) \(version) \(isEncrypted ? "tcp" : "ipc") \(bytes)\n"
    }

    /// How much may be read without taking what follows.
    var wanted: Int { expected.map { $0.count - bytes.count } ?? 1 }

    /// Lines before it, which a login shell may write, are passed over.
    /// - Returns: false if it will not come.
    mutating func take(_ new: ArraySlice<UInt8>) -> Bool {
        bytes += new
        if let expected {
            if bytes.count == expected.count { answer = (bytes, expected.isEncrypted) }
            return true
        }
        guard bytes.last == UInt8(ascii: "\n") else { return bytes.count < Self.longestLine }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        bytes = []
        guard words.first.map(String.init) == Self.mark else { return true }
        guard words.count == 4, Int(words[1]) == Self.version, let count = Int(words[3]),
            (1...65_536).contains(count)
        else { return false }
        expected = (count, words[2] == "tcp")
        return true
    }
}
