internal import Glibc

/// How many processes the kernel has killed because memory was used up: in the control group of this
/// process and below it, else on the whole machine.
struct OOMCounter {
    private let path: String

    init() {
        // A group's own file counts for those below it as well; version 1 has none that does.
        let own = ControlGroup().unified.map { $0 + "/memory.events" }.first { access($0, R_OK) == 0 }
        path = own ?? "/proc/vmstat"
    }

    /// The number now; it only ever rises. Some 20 µs.
    func read() -> UInt64 { ProcFile.read(path).map(Self.parse) ?? 0 }

    static func parse(_ bytes: [UInt8]) -> UInt64 {
        let name = Array("oom_kill ".utf8)
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name) {
            return UInt64(String(decoding: line.dropFirst(name.count), as: UTF8.self)) ?? 0
        }
        return 0
    }
}
