import ArgumentParser
import FarmLaunch
import FarmProcess
import FarmTransport
import Foundation
import TaskFarm

/// `tasks doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check this machine and a profile, and say what to do about what is wrong.",
        discussion: "Exit code 1 if something is wrong; what is only worth knowing does not count.")

    @Option(
        help:
            "Look from this host, as ssh takes it: its `tasks`, its clock, whether it reaches the controller."
    )
    var from: String?
    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard let from, from.isEmpty || from.hasPrefix("-") || from.contains(where: \.isWhitespace) else {
            return
        }
        throw ValidationError("--from \(from): expected a host as ssh takes it, as in node7 or ada@node7")
    }

    func run() async throws {
        try farm.requireHere("doctor")
        if let from { return try write(FarChecks.all(from, farm.directory)) }
        try write(await here())
    }

    private func here() async -> [Finding] {
        var findings = MachineChecks.all()
        findings += ProfileChecks.all(farm.directory)
        findings += await controller()
        if let keeper = farm.directory.keeper, keeper.process.isHere, !keeper.process.isAlive {
            findings.append(
                Finding("keeper", .bad, farm.directory.keeperTrouble ?? "it has died"))
        }
        return findings
    }

    private func write(_ findings: [Finding]) throws {
        var table = Table([.init("check"), .init("state"), .init("found"), .init("do")])
        table.rows = findings.map {
            [.string($0.check), .string($0.state.rawValue), .string($0.found), .words($0.advice)]
        }
        table.write(format.output)
        if findings.contains(where: { $0.state == .bad }) { throw CommandFailure.silent(.someFailed) }
    }

    private func controller() async -> [Finding] {
        switch ClusterState(farm.directory) {
        case .stopped where farm.capability == nil:
            return [
                farm.directory.refusal.map {
                    Finding("controller", .bad, "it has died and cannot be started again: \($0)")
                } ?? Finding("controller", .note, "none runs in this profile", "`tasks cluster start`")
            ]
        case .stale(let record):
            return [
                Finding(
                    "controller", .bad, "stale: pid \(record.pid) has died without a word",
                    "`tasks cluster start` cleans up and starts anew; `tasks cluster stop` only cleans up")
            ]
        case .elsewhere(let record):
            return await ask("on \(record.host)")
        default:
            return await ask("here")
        }
    }

    private func ask(_ place: String) async -> [Finding] {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let client = try await farm.connect()
            let connected = clock.now
            let status = try await client.queueStatus()
            let answered = clock.now
            let engines = try await client.engines()
            await client.close()
            let here = engines.filter { $0.presence == "attached" }
            func milliseconds(_ duration: Duration) -> String {
                Moment.seconds(duration.inSeconds * 1_000, decimals: 1)
            }
            return [
                Finding(
                    "controller", .good,
                    "\(status.farm) \(place): connected in \(milliseconds(start.duration(to: connected))) ms, "
                        + "answered in \(milliseconds(connected.duration(to: answered))) ms"),
                here.isEmpty
                    ? Finding(
                        "engines", .bad, "none is here", "`tasks engine start`, or `tasks cluster start`")
                    : Finding("engines", .good, "\(here.count) with \(counted(status.slotCount, "slot"))"),
            ]
                + Self.findings(status) + Self.quarantines(here)
                + engines.filter { $0.presence != "attached" }.map {
                    Finding(
                        "engine \($0.id)", .note, "\($0.name) on \($0.host) is \($0.presence)",
                        "see its log there")
                }
        } catch {
            return [
                Finding(
                    "controller", .bad, Farewell.failure(error).message,
                    "`tasks logs --controller` shows its log; `tasks cluster stop --now` ends it by force")
            ]
        }
    }
}

extension Doctor {
    private static func findings(_ status: FarmStatus) -> [Finding] {
        var findings: [Finding] = []
        if status.isPaused {
            findings.append(
                Finding("pause", .note, "the farm is paused: nothing is sent", "`tasks resume --all` goes on")
            )
        }
        if !status.limits.isEmpty {
            let words = status.limits.map { "\($0.used) of \($0.of) \($0.name)" }
            findings.append(Finding("limits", .good, "\(words.joined(separator: ", ")) in use"))
        }
        return findings
    }

    /// What tasks failed of there stands in their outcomes.
    private static func quarantines(_ engines: [EngineStatus]) -> [Finding] {
        engines.filter { $0.quarantinedUntil != nil }.map { engine in
            Finding(
                "engine \(engine.id)", .bad,
                "\(engine.name) on \(engine.host) is \(engine.stateWords): "
                    + "tasks failed there at once, one after the other, and not elsewhere",
                "see why the tasks failed (`tasks show TASK`), put that right on \(engine.host); it comes back by itself"
            )
        }
    }
}

/// What a check has found.
struct Finding {
    enum State: String {
        case good = "ok"
        /// Worth knowing, and as it may be.
        case note
        case bad = "WRONG"
    }

    var check: String
    var state: State
    var found: String
    /// What to do about it.
    var advice: String

    init(_ check: String, _ state: State, _ found: String, _ advice: String = "") {
        self.check = check
        self.state = state
        self.found = Hint.completed(found)
        self.advice = Hint.completed(advice)
    }
}
