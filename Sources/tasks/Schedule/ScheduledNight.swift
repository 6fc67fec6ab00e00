import ArgumentParser
import FarmBatch
import FarmContent
import FarmLaunch
import FarmProcess
import FarmSchedule
import FarmStore
import FarmTransport
import Foundation
import Synchronization
import TaskFarm

/// One run of a schedule, carried out by this process as a client of its farm: reads the file, starts the
/// engines that it asks for, hands the job in, waits for its end, and tells.
///
/// May be begun again after it died: the job is named by schedule and moment, so that there is only one.
final class ScheduledNight: Sendable {
    private let profile: ProfileDirectory
    private let name: String
    private let at: Instant
    private let launcher = Mutex<(any Launcher)?>(nil)
    private let engines: NightEngines

    /// Longer than any controller takes to come back; one that comes later starts the run again.
    private static let patience = Duration.seconds(600)
    private static let pause = Duration.seconds(5)
    private static let mostTries = 120

    init(_ profile: ProfileDirectory, _ name: String, at: Instant) {
        self.profile = profile
        self.name = name
        self.at = at
        engines = NightEngines()
    }

    /// Ends what it has started here; the job goes on. If another process is at this schedule's work, that is
    /// to leave: whose controller was killed is known to no other one.
    func leave() {
        endEngines()
        RunLock.passOn(SIGTERM, profile, name)
    }

    private func endEngines() {
        engines.areLeaving()
        guard let launcher = launcher.withLock({ $0 }) else { return }
        launcher.stop(now: true)
        if !launcher.waitUntilEnded(seconds: 10) { launcher.kill() }
    }

    /// - Throws: what keeps it from telling how it went; then it is begun again.
    func carryOut() async throws {
        let lock = try RunLock(profile, name)
        defer { _ = lock }
        let client = try await connect(.taskClient)
        let work = try await client.beginRun(name, at: at)
        // It was told already how it ended, or the schedule is gone.
        guard work.run?.state == "running" else { return await client.close() }
        var report = ScheduledReport(name: name, at: at)
        report.job = work.run?.job?.raw
        let end: NightEnd
        do {
            defer { endEngines() }
            end = try await run(work.schedule, client, &report)
        }
        report.state = end.state
        report.cause = end.cause
        if let note = notify(work, end, report) {
            report.note = [report.note, note].filter { !$0.isEmpty }.joined(separator: "; ")
        }
        _ = try await client.report(report)
        await client.close()
    }

    private func connect(_ role: Role) async throws -> TaskClient {
        try await TaskClient.connect(
            profile: profile.path, capability: profile.capabilityPath(role), patience: Self.patience,
            reconnectPatience: Self.patience)
    }

    // MARK: The job

    private func run(
        _ schedule: ScheduleStatus.Words, _ client: TaskClient, _ report: inout ScheduledReport
    ) async throws -> NightEnd {
        let batch: Batch
        do {
            guard chdir(schedule.surroundings.directory) == 0 else {
                return .refused(
                    "the directory \(schedule.surroundings.directory), where the schedule was added: \(Self.reason)"
                )
            }
            guard let bytes = Self.read(schedule.file) else {
                return .refused("\(schedule.file): the file cannot be read: \(Self.reason)")
            }
            report.digest = ContentDigest(of: bytes).description
            batch = try prepared(BatchReader.read(bytes: bytes, file: schedule.file))
        } catch {
            return .refused(error.description)
        }
        report.note = Self.difference(batch, schedule)
        if let settings = batch.engines {
            do { try start(settings) } catch {
                return .failed("its engines cannot be started: \(Farewell.failure(error).message)")
            }
        }
        do {
            return try await submit(batch, schedule, client, &report)
        } catch let error as BatchError {
            return .refused(error.description)
        } catch let error as TaskClientError
            where [.refused, .overLimit, .badInput, .notPermitted, .unavailable].contains(error.code)
        {
            return .refused(error.message)
        } catch let error as TaskClientError where error.code == .unknown {
            return .failed("its job is gone: \(error.message)")
        }
    }

    /// What the job is found by beside what the file says.
    private func prepared(_ read: Batch) -> Batch {
        var batch = read
        if batch.name.isEmpty { batch.name = name }
        if !batch.labels.contains(where: { $0.key == "schedule" }) {
            batch.labels.append(Label(key: "schedule", value: name))
        }
        return batch
    }

    private func submit(
        _ read: Batch, _ schedule: ScheduleStatus.Words, _ client: TaskClient,
        _ report: inout ScheduledReport
    ) async throws -> NightEnd {
        var batch = read
        try await batch.resolve(JobLookup(farm: client).sources)
        let usesLanes = batch.groups.contains { !$0.policy.lane.isEmpty }
        let submitter = usesLanes ? try await connect(.multiengineClient) : client
        let job = try await handIn(
            batch.parts(key: key(schedule.added), surroundings: schedule.surroundings), submitter)
        report.job = job.id.raw
        report.tasks = job.taskCount
        let isWanted = try await client.report(report)
        if !isWanted { _ = try? await job.cancel() }
        let failure = engines.failure { Task { _ = try? await job.cancel() } }
        defer { failure.forget() }
        try await job.wait()
        report.tasks = job.taskCount
        report.succeeded = job.endedCounts.succeeded
        let end = try await NightEnd(job, client, engines: failure.words)
        if usesLanes { await submitter.close() }
        return end
    }

    /// A controller that cannot take anything now, as on a full disk, is asked again for a while.
    private func handIn(_ parts: [SubmissionPart], _ submitter: TaskClient) async throws -> JobHandle {
        for _ in 0..<Self.mostTries {
            do throws(TaskClientError) { return try await submitter.submit(parts) } catch {
                guard error.code == .unavailable else { throw error }
            }
            try await Task.sleep(for: Self.pause)
        }
        return try await submitter.submit(parts)
    }

    /// The same for each try at this run, and for no other.
    private func key(_ added: Int64) -> UniqueKey {
        let words = "schedule\u{0}\(name)\u{0}\(added)\u{0}\(at.nanoseconds)"
        return UniqueKey(String(ContentDigest(of: words).description.prefix(32)))
            ?? UniqueKey(high: 0, low: 1)
    }

    private func start(_ settings: EngineSettings) throws {
        // What an engine's death orphans comes to us, and ends with us.
        Subreaper.adoptOrphans()
        let choice = try LauncherChoice.find(LauncherFlags.parse([]), file: settings, profile)
        try choice.requireReach(profile)
        let isLocal = choice.settings.kind == .local
        var plan = try LaunchOptions.parse([]).plan(
            profile, count: settings.count ?? choice.engines, slots: settings.slots ?? choice.slots,
            python: settings.python, endsWithUs: isLocal)
        plan.series = "schedule-\(name)"
        let launcher = choice.launcher { [engines] event in
            if case .ended(let unit) = event { engines.ended(unit) }
        }
        self.launcher.withLock { $0 = launcher }
        engines.expect(choice.unitCount(plan), log: isLocal ? plan.logPath(plan.name(0)) : plan.logDirectory)
        try launcher.start(plan)
    }

    /// What of the file is another than when it was added.
    private static func difference(_ batch: Batch, _ schedule: ScheduleStatus.Words) -> String {
        let file = batch.schedule
        let isSame =
            file?.cron.description == schedule.cron
            && (file?.timezone ?? schedule.timezone) == schedule.timezone
            && file?.overlap.rawValue == schedule.overlap && file?.catchUp.rawValue == schedule.catchUp
            && file?.jitterSeconds == schedule.jitterSeconds && file?.keep == schedule.keep
        let key = !isSame ? "schedule:" : batch.notify.lines != schedule.notify ? "notify:" : ""
        return key.isEmpty
            ? ""
            : "the file's `\(key)` is another now; `tasks schedule add \(schedule.file)` takes it over"
    }

    private static var reason: String { String(cString: strerror(errno)) }

    /// A file that is there whole; with the reason in `errno` if it is none.
    private static func read(_ path: String) -> [UInt8]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
            return nil
        }
        guard access(path, R_OK) == 0 else { return nil }
        return FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }

    // MARK: Telling

    /// Runs the command for this end, if there is one.
    /// - Returns: what is to be noted of it.
    private func notify(_ work: ScheduledWork, _ end: NightEnd, _ report: ScheduledReport) -> String? {
        let hadFailed = work.before == "failed" || work.before == "refused"
        let commands = work.schedule.notify
        let event: String
        switch end.state {
        case "succeeded": event = hadFailed && commands["recovery"] != nil ? "recovery" : "success"
        case "failed", "refused": event = "failure"
        default: return nil
        }
        guard let line = commands[event] else { return nil }
        let summary = NightSummary(
            event: event, schedule: name, at: at, startedAt: work.run?.startedAt ?? at,
            zone: work.schedule.timezone,
            file: work.schedule.file, end: end, report: report)
        let trouble = NotifyRun.run(line, summary.json, work.schedule.surroundings)
        return trouble.map { "notify \(event): \($0)" }
    }
}
