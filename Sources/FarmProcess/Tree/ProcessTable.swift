internal import CSystem
internal import Synchronization

/// The children of this process, process-wide: which pids are whose, and which attempts are still going on.
///
/// One lock over reaping and the search for leftovers: a pid that stands here, or that was listed as our
/// child under the lock, cannot be used again meanwhile, because only holders of the lock reap. Spawning goes
/// on without it, on several threads at once; a child that is not entered yet is known as newborn.
struct ProcessTable: Sendable {
    static let shared = Mutex(ProcessTable())

    private var lastSerial: UInt64 = 0
    /// Children started by `Spawner` and not reaped yet.
    private(set) var serialOfPID: [Int32: UInt64] = [:]
    /// Attempts whose end has not been told yet.
    private(set) var attempts: Set<UInt64> = []
    /// Where spawners keep the pid of a child that is being born (addresses of `Int32`). It stands there
    /// before the child makes a session of its own, and until it is entered.
    var newborns: Set<UInt> = []
    /// Orphans that bear no mark of ours, and the newest serial at the time they were first seen: they come
    /// from that attempt or an older one.
    var strangers: [Int32: UInt64] = [:]
    /// Orphans that have been sent SIGKILL.
    var condemned: Set<Int32> = []
    var orphanage = Orphanage()
    var listed: [Int32] = []

    var newestSerial: UInt64 { lastSerial }

    mutating func takeSerial() -> UInt64 {
        lastSerial += 1
        return lastSerial
    }

    mutating func beginAttempt() -> UInt64 {
        let serial = takeSerial()
        attempts.insert(serial)
        return serial
    }

    mutating func endAttempt(_ serial: UInt64) {
        attempts.remove(serial)
    }

    mutating func enter(pid: Int32, serial: UInt64) {
        serialOfPID[pid] = serial
    }

    mutating func leave(pid: Int32, serial: UInt64) {
        if serialOfPID[pid] == serial { serialOfPID[pid] = nil }
    }

    /// Whether the pid is that of a child which its spawner has not entered yet. Only to be asked of one that
    /// was seen in another session than ours: before that, it may not be known.
    func isNewborn(_ pid: Int32) -> Bool {
        newborns.contains { farm_newborn(UnsafePointer(bitPattern: $0)) == pid }
    }

    /// Whether something with this serial may still be running rightfully.
    func isLive(_ serial: UInt64) -> Bool {
        attempts.contains(serial) || serialOfPID.values.contains(serial)
    }
}
