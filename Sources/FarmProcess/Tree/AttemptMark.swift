internal import Glibc

/// An engine's mark with what it is about: the process that spawned and the serial number it gave.
struct AttemptMark: Equatable {
    var engine: EngineMark
    var worker: Int32
    var serial: UInt64

    /// Whether this process gave the mark, so that `serial` can be looked up.
    var isOwn: Bool { worker == getpid() && engine.namespace == EngineMark.ownNamespace }

    init?(parsing text: some StringProtocol) {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let engine = EngineMark(halves[0]) else { return nil }
        let numbers = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 2, let worker = Int32(numbers[0]), let serial = UInt64(numbers[1]) else {
            return nil
        }
        self.engine = engine
        self.worker = worker
        self.serial = serial
    }

    /// The mark in a process's environment as it was at exec; nil without one, or when it is not ours to
    /// read.
    init?(ofProcess pid: Int32) {
        guard let bytes = ProcFile.read("/proc/\(pid)/environ") else { return nil }
        let wanted = Self.prefixBytes
        for entry in bytes.split(separator: 0) where entry.starts(with: wanted) {
            self.init(parsing: String(decoding: entry.dropFirst(wanted.count), as: UTF8.self))
            return
        }
        return nil
    }

    /// What every variable that this process hands out begins with.
    static func variablePrefix(_ engine: EngineMark) -> String {
        "\(EngineMark.variableName)=\(engine):\(getpid())."
    }

    private static let prefixBytes = Array((EngineMark.variableName + "=").utf8)
}
