internal import CSystem
internal import Glibc
internal import Synchronization

extension RunnerLoop {
    func start(_ request: SpawnRequest, token: UInt64) {
        let now = MonotonicClock.nanoseconds()
        guard slotOfToken[token] == nil else {
            let error = SpawnError(
                .invalidRequest, "token \(token) is running already; use another")
            return tell(failure: error, token: token, at: now)
        }
        let serial = ProcessTable.shared.withLock { $0.beginAttempt() }
        do {
            var request = request
            request.newSession = true
            let child = try spawner.start(request, mark: markPrefix + String(serial), serial: serial)
            let limit = request.captureLimitBytes
            let index = freeSlots.popLast() ?? addSlot()
            slotOfToken[token] = index
            slots[index].attempt = RunningAttempt(
                token: token, serial: serial, pid: child.pid, pidDescriptor: child.pidDescriptor,
                startedAt: now, memoryLimitBytes: request.memoryLimitBytes,
                killsBefore: killsByKernel(at: now),
                output: CapturePipe(descriptor: child.output, limitBytes: limit),
                errors: CapturePipe(descriptor: child.errors, limitBytes: limit), lastNewsAt: now)
            watch(child.pidDescriptor, .end, slot: index)
            if request.memoryLimitBytes > 0 { watchMemory(from: now) }
            if child.output >= 0 || child.errors >= 0 { schedule(now + Self.watchAfterNanoseconds) }
            if nextTick == .max { schedule(now + Self.sweepNanoseconds) }
        } catch {
            ProcessTable.shared.withLock { $0.endAttempt(serial) }
            tell(failure: error, token: token, at: now)
        }
    }

    private func watchMemory(from now: UInt64) {
        limitedCount += 1
        if limitedCount == 1 { memoryLookAt = now + Self.memoryNanoseconds }
        schedule(memoryLookAt)
    }

    private func addSlot() -> Int {
        slots.append(Slot())
        return slots.count - 1
    }

    func refuse(token: UInt64) {
        let error = SpawnError(.invalidRequest, "the runner is being stopped and starts nothing; use another")
        tell(failure: error, token: token, at: MonotonicClock.nanoseconds())
    }

    private func tell(failure: SpawnError, token: UInt64, at now: UInt64) {
        exits.append(
            ProcessExit(
                token: token, ending: .notStarted(failure), memory: .none, usage: ResourceUsage(),
                startedAtNanoseconds: now, endedAtNanoseconds: now, output: CapturedOutput(),
                errors: CapturedOutput(),
                leftoversKilled: 0,
                leftoversRemain: false))
    }

    /// The main process, running or a zombie, keeps the group's number from being used again until we reap
    /// it.
    func send(_ signal: Int32, to token: UInt64) {
        guard let index = slotOfToken[token], let attempt = slots[index].attempt, attempt.phase == .running
        else {
            return
        }
        if signal == SIGKILL { slots[index].attempt!.wasSentKill = true }
        kill(-attempt.pid, signal)
    }

    /// A stopped process acts on SIGTERM only once it continues.
    func terminate(_ token: UInt64, _ signal: Int32, _ grace: UInt64) {
        guard let index = slotOfToken[token], let attempt = slots[index].attempt else { return }
        let killAt = MonotonicClock.nanoseconds() + grace
        slots[index].attempt!.killAt = min(attempt.killAt, killAt)
        send(grace == 0 ? SIGKILL : signal, to: token)
        if grace > 0 { send(SIGCONT, to: token) }
        schedule(min(attempt.killAt, killAt))
    }

    func outputArrived(_ index: Int, _ event: Event, at now: UInt64) {
        let isOutput = event == .output
        let count =
            isOutput ? slots[index].attempt!.output.read(buffer) : slots[index].attempt!.errors.read(buffer)
        guard count > 0, onOutput != nil, slots[index].attempt!.newsDueAt == .max else { return }
        guard isOutput ? slots[index].attempt!.output.hasNews : slots[index].attempt!.errors.hasNews else {
            return
        }
        let due = max(now, slots[index].attempt!.lastNewsAt + Self.newsNanoseconds)
        slots[index].attempt!.newsDueAt = due
        schedule(due)
    }

    /// Unless its tree was given time to end, the group is killed while the zombie still holds its number.
    func mainEnded(_ index: Int, at now: UInt64) {
        guard let attempt = slots[index].attempt, attempt.phase == .running else { return }
        let lingers = attempt.killAt != .max && attempt.killAt > now
        var status: Int32 = 0
        var usage = farm_usage()
        let reaped = ProcessTable.shared.withLock { table in
            if !lingers { kill(-attempt.pid, SIGKILL) }
            let reaped = farm_wait(attempt.pid, 0, &status, &usage)
            if reaped != 0 { table.leave(pid: attempt.pid, serial: attempt.serial) }
            return reaped
        }
        guard reaped != 0 else { return }
        used.append(attempt.pidDescriptor)
        let ending = ProcessEnding(reaped: reaped, status: status)
        slots[index].attempt!.ending = ending
        if wasKilledByKernel(attempt, ending) { slots[index].attempt!.memoryEnd = .killedByKernel }
        slots[index].attempt!.usage = ResourceUsage(usage, isOfChild: true)
        slots[index].attempt!.endedAt = now
        slots[index].attempt!.phase = lingers ? .lingering : .clearing
        slots[index].attempt!.clearUntil = now + Self.clearLimitNanoseconds
        clear(index, at: now)
    }

    /// One round; the next comes in a millisecond, when what was killed has had time to die.
    func clear(_ index: Int, at now: UInt64) {
        guard let attempt = slots[index].attempt else { return }
        if attempt.phase == .lingering && now >= attempt.killAt {
            slots[index].attempt!.phase = .clearing
            slots[index].attempt!.clearUntil = now + Self.clearLimitNanoseconds
        }
        let killing = slots[index].attempt!.phase == .clearing
        let round = ProcessTable.shared.withLock { table in
            table.clearLeftovers(of: OrphansOwner(serial: attempt.serial, pid: attempt.pid), killing: killing)
        }
        slots[index].attempt!.usage.add(round.usage)
        slots[index].attempt!.leftoversKilled += round.killed
        if round.found == 0 { return finish(index, leftoversRemain: false) }
        if killing && now >= slots[index].attempt!.clearUntil { return finish(index, leftoversRemain: true) }
        schedule(now + (killing ? 1_000_000 : 10_000_000))
    }

    private func finish(_ index: Int, leftoversRemain: Bool) {
        ProcessTable.shared.withLock { $0.endAttempt(slots[index].attempt!.serial) }
        slots[index].attempt!.output.drain(buffer)
        slots[index].attempt!.errors.drain(buffer)
        let output = slots[index].attempt!.output.take()
        let errors = slots[index].attempt!.errors.take()
        let attempt = slots[index].attempt!
        exits.append(
            ProcessExit(
                token: attempt.token, ending: attempt.ending, memory: attempt.memoryEnd,
                usage: attempt.usage,
                startedAtNanoseconds: attempt.startedAt, endedAtNanoseconds: attempt.endedAt, output: output,
                errors: errors, leftoversKilled: attempt.leftoversKilled, leftoversRemain: leftoversRemain))
        if attempt.memoryLimitBytes > 0 { limitedCount -= 1 }
        slots[index].attempt = nil
        slots[index].generation = (slots[index].generation + 1) & 0x3fff_ffff
        freeSlots.append(index)
        slotOfToken[attempt.token] = nil
    }
}
