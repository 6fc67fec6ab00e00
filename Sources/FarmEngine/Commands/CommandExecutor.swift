import Dispatch
import FarmProcess
import FarmTemplate
import FarmTransport
import Glibc
import Synchronization

/// Runs commands: renders the task, has it spawned, turns its end into a report.
///
/// Spawning, waiting and killing are done by the `RunnerPool`, on its threads; reports are made there too.
/// What may take its time (making directories, reading result files, regular expressions) is done on a queue
/// of its own.
final class CommandExecutor: Sendable {
    /// A command from its reservation until its end was told. What each phase may turn into:
    /// - `reserved` (not with a runner yet) → `spawned`, told
    /// - `spawned` (a runner has its check or itself) → `reserved` (its check has passed), told
    struct Entry {
        var isSpawned = false
        /// Which runner has it.
        var runner = 0
        var stop: StopNotice?
        var graceNanoseconds: Int64 = 0
        /// It is to be interrupted once there is a process.
        var isInterrupted = false
        var scratchIndex = 0
        var work: AttemptWork?
        var task: RenderedTask?
        /// Counts what has been started of it, check and command: who starts one may be overtaken by its end.
        var round = 0
        /// Its check runs, not yet itself.
        var isChecking = false
        /// When its check began, by the runner's clock.
        var checkedAtNanoseconds: UInt64?
        /// Of the result file as it was before the start.
        var resultStamp: FileStamp?
    }

    struct State {
        var entries: [UInt64: Entry] = [:]
        /// Each attempt has a scratch file of its own: nothing that one leaves is in another's way.
        var scratchCount = 0
    }

    private let scratchDirectory: String
    private let farm = Mutex("")
    let clockOffset: Int64
    let state = Mutex(State())
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
        guard CommandRequest.needsPreparation(task) else { return check(work, task) }
        files.async {
            do throws(EngineError) {
                try self.prepare(work, task)
                self.check(work, task)
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

    /// Sends INT to the attempt's process group, unless it was told to end. The host holds its lock.
    func interrupt(_ token: AttemptToken) {
        let number = state.withLock { state -> Int? in
            guard let entry = state.entries[token.raw], entry.stop == nil else { return nil }
            if !entry.isSpawned { state.entries[token.raw]?.isInterrupted = true }
            return entry.isSpawned ? entry.runner : nil
        }
        if let number { runners.interrupt(token, on: number) }
    }

    /// Kills all that runs; their ends are told before this returns.
    func killAll() { runners.stop() }

    private func prepare(_ work: AttemptWork, _ task: RenderedTask) throws(EngineError) {
        if task.makesDirectory, work.seat != nil {
            // Other ranks may have begun in it: nothing is removed.
            try TaskDirectory.makeParent(of: task.directory + "/rank")
        } else if task.makesDirectory {
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

    /// Starts what has been prepared: its check, if it has one.
    private func check(_ work: AttemptWork, _ task: RenderedTask) {
        guard let line = task.check else { return spawn(work, task) }
        state.withLock { state in
            state.entries[work.token.raw]?.task = task
            state.entries[work.token.raw]?.isChecking = true
        }
        run(CommandRequest.check(line, task, work), work.token)
    }

    func spawn(_ work: AttemptWork, _ task: RenderedTask) {
        let ranks = ranks(of: work, task)
        do throws(EngineError) { try ranks?.prepare() } catch {
            return tell([Self.notStarted(work, error.message)])
        }
        let scratch = state.withLock { state in
            let index = state.scratchCount
            state.scratchCount += 1
            state.entries[work.token.raw]?.scratchIndex = index
            state.entries[work.token.raw]?.task = task
            return index
        }
        run(
            CommandRequest.make(task, work, resultFile: scratchFile(scratch), ranks: ranks), work.token)
    }

    private func run(_ request: SpawnRequest, _ token: AttemptToken) {
        let round = state.withLock { state in
            state.entries[token.raw]?.round += 1
            return state.entries[token.raw]?.round
        }
        let number = runners.start(request, token)
        // A stop or an interrupt that came meanwhile found nothing to tell.
        let (grace, isInterrupted) = state.withLock { state -> (Int64?, Bool) in
            guard let entry = state.entries[token.raw], entry.round == round else { return (nil, false) }
            state.entries[token.raw]?.isSpawned = true
            state.entries[token.raw]?.runner = number
            state.entries[token.raw]?.isInterrupted = false
            return (entry.stop == nil ? nil : entry.graceNanoseconds, entry.isInterrupted)
        }
        if isInterrupted { runners.interrupt(token, on: number) }
        if let grace { runners.terminate(token, grace, on: number) }
    }

    /// The part that this engine has in a command of several ranks; nil of any other.
    private func ranks(of work: AttemptWork, _ task: RenderedTask) -> RankLaunch? {
        guard let launch = task.mpi else { return nil }
        guard launch.hosts > 1 else {
            return RankLaunch(
                launch: launch, place: RankPlace(directory: "\(scratchDirectory)/ranks-\(work.token.raw)"))
        }
        let place = RankPlace(
            farm: farm.withLock { $0 }, name: work.name, seat: Int(work.seat?.rank ?? 0))
        return RankLaunch(launch: launch, place: place, hosts: work.seat?.hosts ?? [])
    }

    private func scratchFile(_ index: Int) -> String { "\(scratchDirectory)/result-\(index)" }

    /// The runners' threads tell ends here.
    func ended(_ exits: [ProcessExit]) {
        var ends: [AttemptEnd] = []
        ends.reserveCapacity(exits.count)
        for exit in exits {
            if let end = checked(exit) {
                if case .failed(let end) = end { ends.append(end) }
                continue
            }
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
        for chunk in chunks where isTold(chunk.token) {
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
                checkedAtNanoseconds: entry.checkedAtNanoseconds,
                scratchFile: scratchFile(entry.scratchIndex), resultStamp: entry.resultStamp,
                stop: entry.stop, ranks: ranks(of: work, task))
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
