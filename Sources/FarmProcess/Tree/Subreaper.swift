internal import CSystem
internal import Glibc
internal import Synchronization

/// What a process that answers for others does: take in orphans, and see to it that none stays behind.
public enum Subreaper {
    /// Makes this process the one that orphaned descendants go to, instead of init. Process-wide.
    @discardableResult
    public static func adoptOrphans() -> Bool {
        farm_set_child_subreaper(1) == 0
    }

    /// Has the kernel send `signal` to this process when the *thread* that started it ends, so the parent has
    /// to start it from a thread that lives as long as it does. False when `parent` was gone already: then
    /// leave.
    public static func setParentDeathSignal(_ signal: Int32 = Signals.kill, parent: Int32) -> Bool {
        farm_set_parent_death_signal(signal) == 0 && getppid() == parent
    }

    /// Kills all descendants of this process other than the children `except` (and what is below those), and
    /// waits until they are gone. For a subreaper: a killed process's children become ours and are killed in
    /// turn. Children that a `ChildProcess` stands for are killed too, but left for it to wait for.
    /// - Returns: how many children were still there after `limitSeconds`: 0, unless one cannot be killed.
    @discardableResult
    public static func killDescendants(except: Set<Int32> = [], limitSeconds: Int = 2) -> Int {
        let end = MonotonicClock.nanoseconds() + UInt64(limitSeconds) * 1_000_000_000
        while true {
            let left = killRound(except: except)
            if left == 0 || MonotonicClock.nanoseconds() > end { return left }
            poll(nil, 0, 1)
        }
    }

    private static func killRound(except: Set<Int32>) -> Int {
        ProcessTable.shared.withLock { table in
            var left = 0
            for pid in Orphanage.allChildren() where !except.contains(pid) {
                guard let stat = ProcessStat(of: pid) else { continue }
                let isWaitedFor = table.serialOfPID[pid] != nil
                if stat.isDead && isWaitedFor { continue }
                left += 1
                if !stat.isDead {
                    kill(pid, SIGKILL)
                    let group = ProcessStat(of: pid)?.group ?? 0
                    if group > 1, group != getpgrp(), !except.contains(group) { kill(-group, SIGKILL) }
                }
                var status: Int32 = 0
                var usage = farm_usage()
                if !isWaitedFor { _ = farm_wait(pid, 0, &status, &usage) }
            }
            return left
        }
    }

    /// Ends what is left of a session whose leader, a child of this process, has ended: what a program around
    /// engines has left when it was killed. TERM once, KILL when the grace is over. Costs a look at each
    /// process, fifty times a second.
    public static func endSession(of leader: Int32, graceSeconds: Double) {
        let end = MonotonicClock.nanoseconds() + UInt64(max(0, graceSeconds) * 1e9)
        let giveUp = end + 2_000_000_000
        var told: Set<Int32> = []
        while true {
            let left = ProcFile.allProcesses().filter { pid in
                ProcessStat(of: pid).map { $0.session == leader && !$0.isDead } ?? false
            }
            let now = MonotonicClock.nanoseconds()
            if left.isEmpty || now > giveUp { return }
            for pid in left {
                if now > end { kill(pid, SIGKILL) } else if told.insert(pid).inserted { kill(pid, SIGTERM) }
            }
            poll(nil, 0, 20)
        }
    }

    /// Kills what dead engines of this user left on this host: every process whose environment bears the mark
    /// of an engine whose nanny is gone. For the start of an engine, in case nanny and worker died together.
    /// Costs a look at each of the user's processes.
    /// - Returns: how many processes were killed.
    @discardableResult
    public static func sweepDeadEngines() -> Int {
        var killed: Set<Int32> = []
        for _ in 0..<100 {
            let found = sweepRound()
            killed.formUnion(found)
            if found.isEmpty { break }
            poll(nil, 0, 2)
        }
        return killed.count
    }

    private static func sweepRound() -> [Int32] {
        let own = getpid()
        return ProcFile.allProcesses().filter { pid in
            guard pid != own, isOurs(pid), AttemptMark(ofProcess: pid)?.engine.isDead == true else {
                return false
            }
            // The number may be another's by now: hold it, look again, and signal what is held.
            let descriptor = farm_pidfd_open(pid)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            guard AttemptMark(ofProcess: pid)?.engine.isDead == true else { return false }
            return farm_pidfd_signal(descriptor, SIGKILL) == 0
        }
    }

    private static func isOurs(_ pid: Int32) -> Bool {
        var status = stat()
        return stat("/proc/\(pid)", &status) == 0 && status.st_uid == getuid()
    }
}
