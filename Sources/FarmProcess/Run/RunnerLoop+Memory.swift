internal import Glibc
internal import Synchronization

extension RunnerLoop {
    static let memoryNanoseconds: UInt64 = 100_000_000
    /// Looking takes at most this share of the thread's time, however many attempts have a limit.
    private static let memoryShare: UInt64 = 20

    /// Kills the attempts that use more memory than they may. Costs some tens of microseconds for each that
    /// has a limit.
    func lookAtMemory(at now: UInt64) {
        for index in slots.indices {
            guard let attempt = slots[index].attempt, attempt.memoryLimitBytes > 0, attempt.phase == .running,
                attempt.memoryEnd == .none, attempt.killAt == .max
            else { continue }
            let orphans = ProcessTable.shared.withLock { table in
                table.orphans(of: OrphansOwner(serial: attempt.serial, pid: attempt.pid))
            }
            let limit = attempt.memoryLimitBytes
            guard let used = TreeMemory.excess(below: [attempt.pid] + orphans, over: limit) else { continue }
            slots[index].attempt!.memoryEnd = .overLimit(usedBytes: used, limitBytes: limit)
            terminate(attempt.token, SIGKILL, 0)
        }
        let took = MonotonicClock.nanoseconds() - now
        memoryLookAt = now + max(Self.memoryNanoseconds, took * Self.memoryShare)
    }

    /// The kernel's count of those it has killed, not older than a second.
    func killsByKernel(at now: UInt64) -> UInt64 {
        if now >= killsCountedAt + Self.sweepNanoseconds {
            killsCounted = killCounter.read()
            killsCountedAt = now
        }
        return killsCounted
    }

    /// Whether the kernel has killed it for want of memory. A shell tells that of a child by its exit code.
    func wasKilledByKernel(_ attempt: RunningAttempt, _ ending: ProcessEnding) -> Bool {
        switch ending {
        case .signalled(SIGKILL, _), .exited(128 + SIGKILL): break
        default: return false
        }
        guard attempt.killAt == .max, !attempt.wasSentKill else { return false }
        return killCounter.read() > attempt.killsBefore
    }
}
