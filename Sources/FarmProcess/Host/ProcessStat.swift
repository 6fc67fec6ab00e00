/// The fields of /proc/PID/stat that tell whose a process is.
struct ProcessStat {
    var state: UInt8
    var parent: Int32
    var group: Int32
    var session: Int32
    /// Clock ticks from boot to the start of the process: with the pid, an identity that is not used twice.
    var startTime: UInt64

    var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Nil when there is no such process.
    init?(of pid: Int32) {
        guard let bytes = ProcFile.read("/proc/\(pid)/stat") else { return nil }
        self.init(parsing: bytes)
    }

    /// The name, in parentheses, may hold anything; the fields count from the last parenthesis.
    init?(parsing bytes: [UInt8]) {
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first else { return nil }
        func number<T: FixedWidthInteger>(_ index: Int) -> T? {
            T(String(decoding: fields[index], as: UTF8.self))
        }
        guard let parent: Int32 = number(1), let group: Int32 = number(2), let session: Int32 = number(3),
            let startTime: UInt64 = number(19)
        else { return nil }
        self.state = state
        self.parent = parent
        self.group = group
        self.session = session
        self.startTime = startTime
    }
}
