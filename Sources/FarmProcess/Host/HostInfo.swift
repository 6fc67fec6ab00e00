internal import CSystem
internal import Glibc

/// What a process can learn of the machine it is on.
public enum HostInfo {
    /// The numbers of the processors that this process may use (its affinity), ascending.
    public static var cpus: [Int] {
        var words = [UInt](repeating: 0, count: CPUMask.limit / UInt.bitWidth)
        let bytes = words.withUnsafeMutableBufferPointer {
            farm_affinity($0.baseAddress, $0.count * MemoryLayout<UInt>.size)
        }
        guard bytes > 0 else { return Array(0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
        return words.indices.flatMap { word in
            (0..<UInt.bitWidth).filter { words[word] >> UInt($0) & 1 == 1 }.map { word * UInt.bitWidth + $0 }
        }
    }

    /// The name of this host, as `hostname` prints it.
    public static var hostname: String {
        var name = [CChar](repeating: 0, count: 257)
        gethostname(&name, 256)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The machine's memory in bytes, or the lowest limit of the control groups that this process is in, if
    /// that is lower.
    public static var memoryBytes: UInt64 {
        let pages = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES))))
        let physical = pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        return min(physical, ControlGroup().memoryLimitBytes ?? physical)
    }

    /// Changes with each start of the machine.
    public static var bootID: String { ProcFile.line("/proc/sys/kernel/random/boot_id") ?? "" }

    /// When a process began, in clock ticks since boot, or nil when it is not there. Together with the pid it
    /// names a process for good, though pids are used again.
    public static func startTime(of pid: Int32) -> UInt64? {
        ProcessStat(of: pid)?.startTime
    }

    /// Whether exactly this process is still running; a zombie is not.
    public static func isAlive(pid: Int32, startTime: UInt64) -> Bool {
        guard let stat = ProcessStat(of: pid) else { return false }
        return stat.startTime == startTime && !stat.isDead
    }

    /// Whether the process stands still by a signal (SIGSTOP, Ctrl-Z) or a debugger.
    public static func isStopped(pid: Int32) -> Bool {
        ProcessStat(of: pid).map { $0.state == UInt8(ascii: "T") || $0.state == UInt8(ascii: "t") } ?? false
    }
}
