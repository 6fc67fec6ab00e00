internal import CSystem
internal import Glibc
internal import Synchronization

extension RunnerLoop {
    /// Does all that is due, and finds out what is due next. Costs a look at each running attempt, so it
    /// comes seldom: every 4 ms while there are young processes, else as timers fall due, at least once a
    /// second.
    func tick(at now: UInt64) {
        nextTick = .max
        for index in slots.indices where slots[index].attempt != nil {
            tick(index, at: now)
        }
        guard !slotOfToken.isEmpty else { return }
        if limitedCount > 0 {
            if now >= memoryLookAt { lookAtMemory(at: now) }
            schedule(memoryLookAt)
        }
        if now >= lastSweep + Self.sweepNanoseconds {
            lastSweep = now
            _ = ProcessTable.shared.withLock { $0.clearLeftovers(of: nil) }
        }
        schedule(lastSweep + Self.sweepNanoseconds)
    }

    private func tick(_ index: Int, at now: UInt64) {
        guard slots[index].attempt!.phase == .running else { return clear(index, at: now) }
        watchPipes(index, at: now)
        let killAt = slots[index].attempt!.killAt
        if now >= killAt {
            kill(-slots[index].attempt!.pid, SIGKILL)
        } else {
            schedule(killAt)
        }
        if now >= slots[index].attempt!.newsDueAt {
            tellNews(index, at: now)
        } else {
            schedule(slots[index].attempt!.newsDueAt)
        }
    }

    private func watchPipes(_ index: Int, at now: UInt64) {
        let attempt = slots[index].attempt!
        guard !attempt.watchesPipes else { return }
        let due = attempt.startedAt + Self.watchAfterNanoseconds
        guard now >= due else { return schedule(due) }
        if attempt.output.isOpen { watch(attempt.output.descriptor, .output, slot: index) }
        if attempt.errors.isOpen { watch(attempt.errors.descriptor, .errors, slot: index) }
        slots[index].attempt!.output.watcher = epoll
        slots[index].attempt!.errors.watcher = epoll
        slots[index].attempt!.watchesPipes = true
    }

    private func tellNews(_ index: Int, at now: UInt64) {
        let token = slots[index].attempt!.token
        slots[index].attempt!.newsDueAt = .max
        slots[index].attempt!.lastNewsAt = now
        if slots[index].attempt!.output.hasNews {
            let news = slots[index].attempt!.output.takeNews()
            chunks.append(OutputChunk(token: token, stream: .output, offset: news.offset, bytes: news.bytes))
        }
        if slots[index].attempt!.errors.hasNews {
            let news = slots[index].attempt!.errors.takeNews()
            chunks.append(OutputChunk(token: token, stream: .errors, offset: news.offset, bytes: news.bytes))
        }
    }
}
