// Which firings are due, and which of those run.
extension ScheduleBook {
    mutating func tick(_ now: Int64, _ actions: inout [ScheduleAction]) {
        for name in entries.keys.sorted() {
            noticeClock(name, now, &actions)
            if let restart = entries[name]!.restartAt, restart <= now {
                entries[name]!.restartAt = nil
                if let run = entries[name]!.running { actions.append(.start(name, at: run.at)) }
            }
            guard entries[name]!.isEnabled else { continue }
            let due = takeDue(name, now)
            if !due.isEmpty { decide(name, due, now, &actions) }
        }
    }

    /// The firings whose moments have come since the last that was decided, the newest of them.
    private mutating func takeDue(_ name: String, _ now: Int64) -> [Int64] {
        guard let spec = entries[name]!.spec else { return [] }
        var due: [Int64] = []
        let early = earliest(spec, from: entries[name]!.decided, now)
        if early > entries[name]!.decided {
            entries[name]!.decided = early
            entries[name]!.look()
        }
        while let next = entries[name]!.next, next + spec.delay(of: name, at: next) <= now {
            // One that was run by hand in this very second stands for it.
            if entries[name]!.index(of: next) == nil { due.append(next) }
            if due.count >= 2 * Self.mostMissed { due.removeFirst(Self.mostMissed) }
            entries[name]!.decided = next
            entries[name]!.look()
        }
        return due.suffix(Self.mostMissed)
    }

    /// Behind which moment there are enough firings already: the time since the last one may be years, as
    /// with a clock that was put forward, and the controller waits for the answer.
    private func earliest(_ spec: ScheduleSpec, from decided: Int64, _ now: Int64) -> Int64 {
        let now = now - spec.jitterSeconds
        var window: Int64 = 3_600
        while decided < now - window, window < 1 << 40 {
            var (at, count) = (now - window, 0)
            while count < Self.mostMissed, let next = spec.times.next(after: at), next <= now {
                (at, count) = (next, count + 1)
            }
            if count == Self.mostMissed { return now - window }
            window *= 4
        }
        return decided
    }

    private mutating func decide(
        _ name: String, _ due: [Int64], _ now: Int64, _ actions: inout [ScheduleAction]
    ) {
        let spec = entries[name]!.spec!
        var late = due
        let newest = due[due.count - 1]
        let isPunctual = newest + spec.delay(of: name, at: newest) >= now - Self.punctualSeconds
        if isPunctual { late.removeLast() }
        for (place, at) in late.enumerated() {
            let runs =
                switch spec.catchUp {
                case .none: false
                case .latest: !isPunctual && place == late.count - 1
                case .all: true
                }
            if runs {
                queue(name, at, isManual: false, now, &actions)
            } else {
                var run = ScheduledRun(
                    at: at, state: .missed,
                    cause: at < beganAt
                        ? "no controller ran at that time" : "the machine slept, or its clock was put forward"
                )
                run.endedAt = now
                insert(name, run, &actions)
            }
        }
        if isPunctual {
            // Behind those that it is to be caught up with.
            if spec.catchUp == .all, !late.isEmpty {
                queue(name, newest, isManual: false, now, &actions)
            } else {
                fire(name, newest, isManual: false, now, &actions)
            }
        }
        prune(name, &actions)
        startNext(name, now, &actions)
    }

    mutating func runNow(_ name: String, _ now: Int64, _ actions: inout [ScheduleAction]) {
        guard let entry = entries[name] else { return }
        // No moment comes twice, though its row may be gone: a run is named by it.
        let at = max(now, entry.runs.last.map { $0.at + 1 } ?? now)
        fire(name, at, isManual: true, now, &actions)
        startNext(name, now, &actions)
    }

    /// A firing whose moment is now: what goes on decides.
    private mutating func fire(
        _ name: String, _ at: Int64, isManual: Bool, _ now: Int64, _ actions: inout [ScheduleAction]
    ) {
        let entry = entries[name]!
        if entry.isBusy {
            switch entry.spec?.overlap ?? .skip {
            case .skip:
                let going = entry.running?.report.job.map { " (job \($0))" } ?? ""
                return skip(name, at, isManual, "the run before was still going\(going)", now, &actions)
            case .queue:
                guard entry.runs.count(where: { $0.state == .queued }) < Self.mostQueued else {
                    return skip(
                        name, at, isManual, "\(Self.mostQueued) runs were waiting already", now, &actions)
                }
            case .replace:
                for run in entry.runs where run.state == .queued {
                    settle(name, run.at, .skipped, Self.replaced, now, &actions)
                }
                if let run = entry.running {
                    change(name, run.at, &actions) { $0.isUnwanted = true }
                    if let job = run.report.job { actions.append(.cancel(name, job: job)) }
                }
            }
        }
        queue(name, at, isManual: isManual, now, &actions)
    }

    private mutating func skip(
        _ name: String, _ at: Int64, _ isManual: Bool, _ cause: String, _ now: Int64,
        _ actions: inout [ScheduleAction]
    ) {
        var run = ScheduledRun(at: at, state: .skipped, cause: cause)
        run.isManual = isManual
        run.endedAt = now
        insert(name, run, &actions)
    }

    private mutating func queue(
        _ name: String, _ at: Int64, isManual: Bool, _ now: Int64, _ actions: inout [ScheduleAction]
    ) {
        var run = ScheduledRun(at: at, state: .queued)
        run.isManual = isManual
        insert(name, run, &actions)
    }
}
