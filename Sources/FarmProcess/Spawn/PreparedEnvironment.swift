/// An environment in the form that exec wants, made once and used for any number of children.
public struct PreparedEnvironment: Sendable {
    struct Entry {
        var offset: Int
        var key: UInt64
    }

    /// `K=V` strings, each ended by a zero byte.
    let bytes: [UInt8]
    let entries: [Entry]
    /// The value of `PATH`, if there is one.
    let searchPath: String?

    /// No variables at all.
    public static let empty = PreparedEnvironment([])

    /// From `K=V` strings; of several with the same key the last counts. What has no `=` or holds a zero byte
    /// cannot be in an environment and is left out.
    public init(_ variables: [String]) {
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        var searchPath: String?
        var seen: Set<UInt64> = []
        for variable in variables.reversed() {
            guard variable.utf8.contains(UInt8(ascii: "=")), !variable.utf8.contains(0) else { continue }
            let key = Self.key(of: variable)
            guard seen.insert(key).inserted else { continue }
            entries.append(Entry(offset: bytes.count, key: key))
            bytes.append(contentsOf: variable.utf8)
            bytes.append(0)
            if variable.hasPrefix("PATH=") { searchPath = String(variable.dropFirst(5)) }
        }
        self.bytes = bytes
        self.entries = entries
        self.searchPath = searchPath
    }

    /// The environment of this process, without the variables named.
    public static func ofThisProcess(without names: Set<String> = []) -> PreparedEnvironment {
        PreparedEnvironment(
            ProcFile.environment().filter { !names.contains(String($0.prefix { $0 != "=" })) })
    }

    /// FNV-1a over the bytes before `=`: 64 bits, so that two names of one environment do not meet.
    static func key(of variable: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in variable.utf8 {
            if byte == UInt8(ascii: "=") { break }
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }
}
