import Glibc
import TaskFarm

/// A launcher's voice at the controller, as a client in the launcher role: tells of engines that are pending,
/// and, if it has limits to do so, has engines started and leave as there is work for them.
///
/// Looks once a second. Nothing is connected before there is something to tell.
public actor LauncherAgent {
    private static let pause = Duration.seconds(1)
    /// A report that says nothing new is sent again after so many looks: a controller that was started again
    /// knows nothing.
    private static let looksPerReport = 5
    /// Looks in which the engines of a unit that runs are still to come.
    private static let looksToCome = 60

    private let launcher: any Launcher
    private let name: String
    private let plan: EnginePlan
    private let unitSize: Int
    private let numbers: UnitNumbers
    private var scaler: Scaler?
    private var offering: EngineOffering
    private let say: @Sendable (String) -> Void
    private var client: TaskClient?
    private var lastReport: LauncherReport?
    private var looksSinceReport = 0
    /// Units that were pending and run now, and looks since then.
    private var coming: [String: Int] = [:]
    private var served: Set<String> = []
    private var unwanted: Set<String> = []
    private var startFailures: [String] = []
    private var trouble = ""

    /// - Parameters:
    ///   - settings: the launcher's, as it was made with.
    ///   - plan: engines of one unit, where there are limits.
    ///   - limits: nil: what is started is not its affair.
    ///   - say: something for the log.
    public init(
        _ launcher: any Launcher, _ settings: LauncherSettings, _ plan: EnginePlan, limits: ScalingLimits?,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.launcher = launcher
        name = settings.name
        self.plan = plan
        unitSize = settings.unitSize(plan)
        numbers = UnitNumbers(settings, plan)
        scaler = limits.map { Scaler($0, unitSize: settings.unitSize(plan)) }
        offering = settings.offering(plan)
        self.say = say
    }

    /// Goes on until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do throws(TaskClientError) { try await look() } catch {
                // One that waits for the controller is no error; the next look connects anew.
                await client?.close()
                client = nil
                lastReport = nil
            }
            try? await Task.sleep(for: Self.pause)
        }
        await client?.close()
    }

    private func look() async throws(TaskClientError) {
        let units = launcher.units
        let waiting = units.filter { $0.isWaiting || coming[$0.name] != nil }
        for unit in units where unit.isWaiting { coming[unit.name] = 0 }
        guard scaler != nil || !waiting.isEmpty || lastReport?.isEmpty == false else { return }
        let client = try await connected()
        let engines = try await client.engines().filter { $0.presence == "attached" }
        noteArrivals(units, engines)
        if scaler != nil {
            try await scale(units, engines, client)
        }
        try await report(launcher.units, engines, to: client)
    }

    private func connected() async throws(TaskClientError) -> TaskClient {
        if let client { return client }
        let new = try await TaskClient.connect(
            capability: "\(plan.profile)/security/launcher.json", patience: .seconds(5))
        client = new
        return new
    }

    /// A unit has come when as many engines of it are there as it stands for.
    private func noteArrivals(_ units: [LaunchedUnit], _ engines: [EngineStatus]) {
        for unit in units {
            let count = engines.count { unit.isOwn($0.name) }
            if count > 0 { served.insert(unit.name) }
            guard !unit.isWaiting, let looks = coming[unit.name] else { continue }
            let isOver = count >= unit.engineCount || looks >= Self.looksToCome || unit.state.isFinal
            coming[unit.name] = isOver ? nil : looks + 1
        }
        let names = Set(units.map(\.name))
        coming = coming.filter { names.contains($0.key) }
        served.formIntersection(names)
        unwanted.formIntersection(names)
    }

    // MARK: By need

    private func scale(
        _ units: [LaunchedUnit], _ engines: [EngineStatus], _ client: TaskClient
    ) async throws(TaskClientError) {
        var view = ScalingView()
        view.failures = takeFailures(units)
        var own: Set<EngineID> = []
        for unit in units where !unit.state.isFinal {
            let its = engines.filter { unit.isOwn($0.name) }
            own.formUnion(its.map(\.id))
            if let one = its.first { learn(one) }
            view.units.append(
                ScalingView.Unit(
                    name: unit.name, engineCount: unit.engineCount, isPending: unit.isPending,
                    engines: its.map {
                        .init(
                            id: $0.id, isIdle: $0.load == 0 && $0.lanes.isEmpty, isDraining: $0.isDraining)
                    }))
        }
        view.otherSlots = engines.filter { !own.contains($0.id) && !$0.isDraining }
            .reduce(0) { $0 + $1.slots }
        let waiting = try await client.waitingWork()
        guard !waiting.isStopping else { return }
        view.work = waiting.work
        let now = Instant.ofThisMoment
        let steps = scaler?.decide(view, offering, at: now) ?? []
        noteTrouble(view, at: now)
        for step in steps { try await take(step, client) }
    }

    private func take(_ step: Scaler.Step, _ client: TaskClient) async throws(TaskClientError) {
        switch step {
        case .start(let count):
            say("work waits: \(count) of \(unitSize) more")
            start(count)
        case .drain(let unit, let engines):
            say("\(unit) has nothing to do and leaves")
            unwanted.insert(unit)
            do throws(TaskClientError) { try await client.drain(engines) } catch {
                // One that has left meanwhile is as it should be; of the others it is decided again.
                guard error.code == .unknown else { throw error }
            }
        case .cancel(let unit):
            say("\(unit) is not wanted any more and is given back")
            unwanted.insert(unit)
            launcher.stop(unit, now: true)
        }
    }

    /// Has units started, each on a thread of its own, since a batch system may take its time.
    private func start(_ count: Int) {
        for first in numbers.free(count, beside: launcher.units.map(\.name)) {
            let plan = plan.beginning(at: first)
            let launcher = launcher
            let began = BlockingCall { () -> String? in
                do throws(LaunchError) {
                    try launcher.start(plan)
                    return nil
                } catch {
                    return error.message
                }
            }
            Task { if let words = await began.value { startFailures.append(words) } }
        }
    }

    /// Units that have ended without having served; what has ended is forgotten.
    private func takeFailures(_ units: [LaunchedUnit]) -> [String] {
        var failures = startFailures
        startFailures = []
        for unit in units where unit.state.isFinal {
            if !served.contains(unit.name), !unwanted.contains(unit.name) {
                failures.append(Self.words(unit))
            }
            launcher.forget(unit.name)
        }
        for why in failures { say("engines cannot be started: \(why)") }
        return failures
    }

    private static func words(_ unit: LaunchedUnit) -> String {
        let why = unit.state.words.why
        let log =
            unit.log.isEmpty || why.contains(unit.log) || access(unit.log, R_OK) != 0
            ? "" : "; see \(unit.log)"
        return "\(unit.name): \(why.isEmpty ? "it has ended before an engine came of it" : why)\(log)"
    }

    /// What engines are like, better known from one that is there.
    private func learn(_ engine: EngineStatus) {
        offering.slots = engine.slots
        offering.cpus = UInt32(clamping: engine.cpus)
        offering.memory = engine.memoryBytes
        offering.gpus = UInt32(clamping: engine.gpus)
        offering.named = engine.named
    }

    private func noteTrouble(_ view: ScalingView, at now: Instant) {
        trouble = ""
        if let backoff = scaler?.backoff, !backoff.allows(at: now) {
            let seconds = (backoff.until - now + 999_999_999) / 1_000_000_000
            trouble = "\(backoff.why); it is tried again in \(seconds) s"
            return
        }
        let unfit = view.work.filter { offering.places(for: $0) == 0 }.reduce(0) { $0 + $1.tasks }
        if unfit > 0 {
            trouble =
                "\(unfit) \(unfit == 1 ? "task that waits needs" : "tasks that wait need") what none of its engines offers"
        }
    }

    // MARK: News

    private func report(
        _ units: [LaunchedUnit], _ engines: [EngineStatus], to client: TaskClient
    ) async throws(TaskClientError) {
        let waiting = units.filter { !$0.state.isFinal && ($0.isWaiting || coming[$0.name] != nil) }
        let there = units.reduce(0) { sum, unit in
            let its = engines.count { unit.isOwn($0.name) }
            return sum + (unit.state.isFinal ? 0 : its > 0 ? its : unit.engineCount)
        }
        let new = LauncherReport(
            launcher: name, series: numbers.series, tags: plan.tags,
            spare: scaler.map { max(0, $0.limits.most - there) } ?? 0, trouble: trouble,
            units: waiting.map { unit in
                let (state, why) = unit.state.words
                return .init(
                    name: unit.name, engines: unit.engineCount,
                    state: state == "running" ? "starting" : state,
                    why: why, series: unit.series)
            })
        looksSinceReport += 1
        guard new != lastReport || looksSinceReport >= Self.looksPerReport else { return }
        try await client.report(new)
        lastReport = new
        looksSinceReport = 0
    }
}
