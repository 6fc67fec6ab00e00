internal import Glibc

/// Names one engine in the environment of all that it starts, so that whatever slips out of its process group
/// can still be recognised, also after the engine's death.
///
/// `TASKS_ATTEMPT_MARK=NAMESPACE-PID-START:WORKER.SERIAL`: the pid namespace, the pid and start time of the
/// process that the engine stands or falls with (its nanny), then the process that spawned and a number of
/// its own.
public struct EngineMark: Sendable, Hashable, CustomStringConvertible {
    /// The environment variable that carries it.
    public static let variableName = "TASKS_ATTEMPT_MARK"

    /// The pid namespace: pids in other containers mean other processes.
    public let namespace: UInt64
    /// The process that the engine stands or falls with.
    public let pid: Int32
    /// Its start time in clock ticks since boot.
    public let startTime: UInt64

    /// The mark of an engine whose nanny is the process `pid`; nil when there is no such process.
    public init?(nannyPID pid: Int32) {
        guard let startTime = HostInfo.startTime(of: pid) else { return nil }
        self.init(namespace: Self.ownNamespace, pid: pid, startTime: startTime)
    }

    init(namespace: UInt64, pid: Int32, startTime: UInt64) {
        self.namespace = namespace
        self.pid = pid
        self.startTime = startTime
    }

    /// The mark of an engine that stands or falls with the calling process.
    public static func ofThisProcess() -> EngineMark {
        let pid = getpid()
        return EngineMark(namespace: ownNamespace, pid: pid, startTime: HostInfo.startTime(of: pid) ?? 0)
    }

    /// As it stands in the environment, without the attempt.
    public var description: String { "\(namespace)-\(pid)-\(startTime)" }

    /// Reads `description` back.
    public init?(_ description: some StringProtocol) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let namespace = UInt64(parts[0]), let pid = Int32(parts[1]),
            let startTime = UInt64(parts[2])
        else { return nil }
        self.init(namespace: namespace, pid: pid, startTime: startTime)
    }

    /// Whether the engine is known to be gone. Of another container's engine nothing is known.
    public var isDead: Bool {
        namespace == Self.ownNamespace && !HostInfo.isAlive(pid: pid, startTime: startTime)
    }

    static let ownNamespace: UInt64 = {
        var target = [UInt8](repeating: 0, count: 64)
        let count = target.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/ns/pid", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { return 0 }
        let digits = target[..<count].filter { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return UInt64(String(decoding: digits, as: UTF8.self)) ?? 0
    }()
}
