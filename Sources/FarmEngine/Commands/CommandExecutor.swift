import Dispatch
import FarmProcess
import FarmTemplate
import FarmTransport
import Synchronization

/// Runs commands: renders the task, has it spawned, turns its end into a report.
///
/// Spawning, waiting and killing are done by the `RunnerPool`, on its threads; reports are made there too.
/// What may take its time (making directories, reading result files, regular expressions) is done on a queue
/// of its own.
final class CommandExecutor: Sendable {
    /// A command from its reservation until its end was told. What each phase may turn into:
    /// - `reserved` (not with a runner yet) → `spawned`, told
    /// - `spawned` (a runner has it) → told
    private struct Entry {
        var isSpawned = false
        /// Which runner has it.
        var runner = 0
        var stop: StopNotice?
        var graceNanoseconds: Int64 = 0
        var scratchIndex = 0
        var work: AttemptWork?
        var task: RenderedTask?
        /// Of the result file as it was before the start.
        var resultStamp: FileStamp?
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        /// Each attempt has a scratch file of its own: nothing that one leaves is in another's way.
        var scratchCount = 0
    }

    private let scratchDirectory: String
    private let farm = Mutex("")
    private let clockOffset: Int64
    private let state = Mutex(State())
    private let files = DispatchQueue(label: "task files")
    private weak let host: (any AttemptHost)?
    private let runners = RunnerPool()

    /// - Parameters:
    ///   - slots: attempts at once.
    ///   - mark: of this engine's nanny.
    ///   - scratchDirectory: where result files go.
    /// - Throws: `SpawnError` when there is no thread or descriptor left.
    init(
        host: any AttemptHost, slots: Int, mark: EngineMark, scratchDirectory: String, clock: FarmClock
    ) throws(SpawnError) {
        self.host = host
        self.scratchDirectory = scratchDirectory
        clockOffset = clock.now.nanoseconds - Int64(MonotonicClock.nanoseconds())
        try runners.start(slots: slots, mark: mark, for: self)
    }

    /// Which farm the engine serves: told by each welcome, and named in the marks of task directories.
    func setFarm(_ name: String) { farm.withLock { $0 = name } }

    /// Makes the attempt known, so that a stop finds it. The host holds its lock.
    func reserve(_ work: AttemptWork) {
        state.withLock { $0.entries[work.token.raw] = Entry(work: work) }
    }

    /// Starts an attempt that was reserved.
    func start(_ work: AttemptWork) {
        guard case .command(let template) = work.group.kind else { return }
        let task: RenderedTask
        do throws(TemplateError) {
            task = try work.render(template)
        } catch {
            return tell([Self.notStarted(work, error.description)])
        }
        guard CommandRequest.needsPreparation(task) else { return spawn(work, task) }
        files.async {
            do throws(EngineError) {
                try self.prepare(work, task)
                self.spawn(work, task)
            } catch {
                self.tell([Self.notStarted(work, error.message)])
            }
        }
    }

    /// Tells an attempt to end: TERM to its process group, KILL after the grace. The host holds its lock.
    func stop(_ token: AttemptToken, _ notice: StopNotice, graceNanoseconds: Int64) {
        let number = state.withLock { state -> Int? in
            guard let entry = state.entries[token.raw] else { return nil }
            // Said again with another reason, the first time and its grace hold.
            let at = entry.stop?.at ?? notice.at
            state.entries[token.raw]?.stop = StopNotice(reason: notice.reason, at: at)
            state.entries[token.raw]?.graceNanoseconds = graceNanoseconds
            return entry.isSpawned && entry.stop == nil ? entry.runner : nil
        }
        if let number { runners.terminate(token, graceNanoseconds, on: number) }
    }

    /// Kills all that runs; their ends are told before this returns.
    func killAll() { runners.stop() }

    private func prepare(_ work: AttemptWork, _ task: RenderedTask) throws(EngineError) {
        if task.makesDirectory {
            try TaskDirectory.make(
                task.directory, owner: "\(farm.withLock { $0 }) \(work.name.task)",
                isFirstAttempt: work.name.attempt <= 1)
        }
        if let file = task.stdout?.file { try TaskDirectory.makeParent(of: file) }
        if let file = task.stderr?.file { try TaskDirectory.makeParent(of: file) }
        // An earlier run may have left one: it is not this attempt's.
        guard let stamp = task.resultPath.flatMap(FileStamp.init) else { return }
        state.withLock { $0.entries[work.token.raw]?.resultStamp = stamp }
    }

    private func spawn(_ work: AttemptWork, _ task: RenderedTask) {
        let scratch = state.withLock { state in
            let index = state.scratchCount
            state.scratchCount += 1
            state.entries[work.token.raw]?.scratchIndex = index
            state.entries[work.token.raw]?.task = task
            return index
        }
        let request = CommandRequest.make(
            task, group: work.group, attempt: work.name.attempt, resultFile: scratchFile(scratch))
        let number = runners.start(request, work.token)
        // A stop that came meanwhile found nothing to terminate.
        let grace = state.withLock { state -> Int64? in
            state.entries[work.token.raw]?.isSpawned = true
            state.entries[work.token.raw]?.runner = number
            guard let entry = state.entries[work.token.raw], entry.stop != nil else { return nil }
            return entry.graceNanoseconds
        }
        if let grace { runners.terminate(work.token, grace, on: number) }
    }

    private func scratchFile(_ index: Int) -> String { "\(scratchDirectory)/result-\(index)" }

    /// The runners' threads tell ends here.
    func ended(_ exits: [ProcessExit]) {
        var ends: [AttemptEnd] = []
        ends.reserveCapacity(exits.count)
        for exit in exits {
            guard let report = report(of: exit) else { continue }
            if report.takesTime(exit) {
                files.async {
                    let end = report.make(exit, clockOffset: self.clockOffset)
                    self.tell([end])
                }
            } else {
                ends.append(report.make(exit, clockOffset: clockOffset))
            }
        }
        if !ends.isEmpty { tell(ends) }
    }

    func wrote(_ chunks: [OutputChunk]) {
        for chunk in chunks {
            host?.outputArrived(
                AttemptToken(raw: chunk.token), chunk.stream == .output ? .output : .error,
                offset: UInt64(chunk.offset), bytes: chunk.bytes)
        }
    }

    private func report(of exit: ProcessExit) -> CommandReport? {
        state.withLock { state in
            guard let entry = state.entries[exit.token], let work = entry.work, let task = entry.task else {
                return nil
            }
            return CommandReport(
                token: work.token, name: work.name, task: task,
                timeoutNanoseconds: work.group.timeoutNanoseconds,
                scratchFile: scratchFile(entry.scratchIndex), resultStamp: entry.resultStamp, stop: entry.stop
            )
        }
    }

    private func tell(_ ends: [AttemptEnd]) {
        state.withLock { state in
            for end in ends { state.entries[end.token.raw] = nil }
        }
        host?.commandsEnded(ends)
    }

    private static func notStarted(_ work: AttemptWork, _ message: String) -> AttemptEnd {
        AttemptEnd(
            token: work.token, report: AttemptReport(name: work.name, state: .failed, cause: .notStarted),
            payload: FunctionCall.error(message, name: nil))
    }
}
