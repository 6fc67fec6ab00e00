import FarmFunctions
import FarmProcess
import FarmTransport

// From a job to its request.
extension KernelLoop {
    /// Queues a job; a restart happens at once, whatever runs.
    func take(_ job: KernelJob) {
        do throws(KernelError) { queue(try job.read()) } catch {
            finish(job, startedAt: clock.now, KernelReport(error))
        }
    }

    private func queue(_ job: KernelJob) {
        if case .call(.restart, _) = job.wish {
            guard !isRank else {
                let error = KernelError(
                    "BadRequest",
                    "this kernel is a rank under MPI, and cannot be restarted alone; stop the pool's engines and start "
                        + "them anew", cause: .notStarted)
                return finish(job, startedAt: clock.now, KernelReport(error))
            }
            end(.restarted)
            (held, lost, history) = (HeldValues(), nil, PromptHistory())
            return finish(job, startedAt: clock.now, KernelReport(value: []))
        }
        if job.isFirst { first.append(job) } else { tasks.append(job) }
    }

    /// Begins what is next, and what needs no kernel does at once.
    func advance() {
        while current == nil, phase == .none || phase == .ready {
            guard !first.isEmpty || !tasks.isEmpty else { return }
            begin(first.isEmpty ? tasks.removeFirst() : first.removeFirst())
        }
    }

    private func begin(_ job: KernelJob) {
        let now = clock.now
        do throws(KernelError) {
            if let value = try answerHere(job) { return finish(job, startedAt: now, value) }
            current = Current(job: job, startedAt: now, lastNewsAt: now)
            if process == nil { try start() } else { proceed() }
        } catch {
            current = nil
            finish(job, startedAt: now, KernelReport(error))
        }
    }

    /// What is known without a kernel; nil for what has to be asked of it.
    private func answerHere(_ job: KernelJob) throws(KernelError) -> KernelReport? {
        if case .call(.result, let input) = job.wish {
            return try history.report(try input.prompt())
        }
        guard process == nil else { return nil }
        if !job.isTask, let lost {
            self.lost = nil
            if case .call(.reset, _) = job.wish { return KernelReport(value: []) }
            throw lost
        }
        switch job.wish {
        case .task, .call(.execute, _), .call(.apply, _): return nil
        default: return KernelReport(value: try HeldAnswer.value(of: job.wish, in: &held))
        }
    }

    private func start() throws(KernelError) {
        guard !isRank else {
            throw KernelError(
                "KernelDied", "the Python kernel was a rank under MPI, and its pool starts anew",
                cause: .notStarted)
        }
        process = try program.launch(captureLimitBytes: Self.captureLimitBytes)
        phase = .starting
        startDeadline = clock.now + Self.startNanoseconds
        needsSync = false
    }

    /// Sends what is due: the values that were held, a sync, or the request.
    func proceed() {
        guard let process, current?.isSent == false else { return }
        if !held.isEmpty {
            phase = .seeding
            var request = KernelRequest(.push)
            request.fields.set([PayloadCodec.bool.rawValue, 1], for: "held")
            request.set(held.take())
            process.send(request.head, body: request.body, range: request.range)
        } else if needsSync {
            phase = .syncing
            process.send(KernelRequest(.sync).head)
        } else {
            send(to: process)
        }
    }

    private func send(to process: FramedProcess) {
        guard let job = current?.job else { return }
        let now = clock.now
        var prompt: Int?
        do throws(KernelError) {
            if case .call(.execute, _) = job.wish { prompt = history.begin() }
            var request = try job.request(prompt: prompt)
            if isRank { request.setRanks(of: job) }
            process.beginCapture(limitBytes: Self.captureLimitBytes)
            current = Current(job: job, startedAt: now, prompt: prompt, isSent: true, lastNewsAt: now)
            process.send(request.head, body: request.body, range: request.range)
        } catch {
            current = nil
            let report = KernelReport(error)
            // Its number is taken: what came of it is this.
            if prompt != nil { history.add(report) }
            finish(job, startedAt: now, report)
        }
    }

    // MARK: Told to end

    func stop(_ token: AttemptToken, _ notice: StopNotice, graceNanoseconds: Int64) {
        if let job = remove(token) { return finish(job, stopped: notice) }
        guard let current, current.job.token == token else { return }
        if current.stop != nil {
            self.current?.stop?.reason = notice.reason
        } else if current.isSent {
            self.current?.stop = notice
            self.current?.killAt = notice.at + graceNanoseconds
            interruptProcess()
        } else {
            self.current = nil
            finish(current.job, stopped: notice)
        }
    }

    func interrupt(_ token: AttemptToken) {
        if let current, current.job.token == token, current.isSent { return interruptProcess() }
        let waiting = remove(token) ?? (current?.job.token == token ? current?.job : nil)
        guard let waiting else { return }
        if current?.job.token == token { current = nil }
        finish(
            waiting, startedAt: clock.now,
            KernelReport(KernelError("KeyboardInterrupt", "interrupted before it began")))
    }

    private func interruptProcess() {
        needsSync = true
        process?.signal(Signals.interrupt)
    }

    private func remove(_ token: AttemptToken) -> KernelJob? {
        if let index = first.firstIndex(where: { $0.token == token }) { return first.remove(at: index) }
        if let index = tasks.firstIndex(where: { $0.token == token }) { return tasks.remove(at: index) }
        return nil
    }
}
