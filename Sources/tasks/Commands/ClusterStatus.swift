import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks cluster status`.
struct ClusterStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what of the cluster of this machine runs.",
        discussion:
            "Exit code 0 if it runs; 3 if it is stopped, stale because its controller has died, or does not answer."
    )

    @OptionGroup var farm: FarmOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        try farm.requireHere("cluster status")
        let directory = farm.directory
        switch ClusterState(directory) {
        case .running(let record):
            let status: FarmStatus
            do {
                let client = try await farm.connect()
                status = try await client.queueStatus()
                await client.close()
            } catch {
                // It may have ended meanwhile, as one does that cannot use its ledger.
                guard case .running(let still) = ClusterState(directory) else { return try await run() }
                let isSilent = Farewell.failure(error).status == .noController
                write(isSilent ? "silent" : "running", directory, still, nil)
                throw error
            }
            write("running", directory, record, status)
            if format.output == .table {
                for unit in directory.keeper?.units ?? [] {
                    unit.trouble.map { Terminal.write("\(unit.state + ":") \($0)\n") }
                }
                for launcher in status.launchers { launcher.words.map { Terminal.write("\($0)\n") } }
                if let trouble = directory.keeperTrouble { Terminal.say(trouble) }
            }
        case .elsewhere(let record):
            write("elsewhere", directory, record, nil)
            if format.output == .table { Terminal.write("the controller runs on \(record.host)\n") }
        case .stale(let record):
            write("stale", directory, record, nil)
            throw CommandFailure(
                .noController,
                "stale: the controller (pid \(record.pid)) has died without a word; `tasks cluster start` cleans up and "
                    + "starts anew, `tasks cluster stop` only cleans up", details: Self.details(directory))
        case .stopped:
            write("stopped", directory, nil, nil)
            throw CommandFailure(
                .noController,
                directory.refusal.map {
                    "stopped: the controller has died and cannot be started again: \($0)"
                }
                    ?? "stopped: no controller runs in profile \(directory); `tasks cluster start` starts one",
                details: directory.refusal == nil ? Self.details(directory) : [])
        }
    }

    /// What the keeper's launcher has started, and how it is doing.
    private static func units(_ directory: ProfileDirectory) -> JSONValue {
        .array(
            (directory.keeper?.units ?? []).map { unit in
                .object([
                    JSONMember("name", .string(unit.name)), JSONMember("engines", .whole(unit.engineCount)),
                    JSONMember("state", .string(unit.state)), JSONMember("why", .string(unit.why)),
                ])
            })
    }

    private static func details(_ directory: ProfileDirectory) -> [String] {
        [directory.keeperTrouble].compactMap { $0.map(Hint.completed) }
    }

    private func write(
        _ state: String, _ directory: ProfileDirectory, _ record: ProcessRecord?, _ status: FarmStatus?
    ) {
        if format.output == .table {
            guard let record, let status else { return }
            Terminal.write(
                """
                running: controller with pid \(record.pid), up since \(Moment.local(status.since))
                engines: \(status.engineCount) with \(status.slotCount) slots, \(status.engineWords)
                tasks:   \(status.counts.words)\(status.isPaused ? " (the farm is paused)" : "")
                \(status.limitLine)\
                profile: \(directory)
                logs:    \(directory.logPath)

                """)
            return
        }
        var table = Table([
            .init("state"), .init("profile"), .init("host"), .init("pid"), .init("launcher_pid"),
            .init("since"),
            .init("engines"), .init("slots"), .init("busy"), .init("quarantined"), .init("unfinished"),
            .init("paused"), .init("limits"), .init("trouble"), .init("units"),
            .init("launchers"),
        ])
        table.rows = [
            [
                .string(state), .string(directory.path), .words(record?.host ?? ""),
                record.map { .whole($0.pid) } ?? .null, directory.launcher.map { .whole($0.pid) } ?? .null,
                status.map { .string(Moment.utc($0.since)) } ?? .null,
                status.map { .whole($0.engineCount) } ?? .null,
                status.map { .whole($0.slotCount) } ?? .null, status.map { .whole($0.runningCount) } ?? .null,
                status.map { .whole($0.quarantinedCount) } ?? .null,
                status.map { .whole($0.counts.unfinished) } ?? .null,
                status.map { .bool($0.isPaused) } ?? .null, status?.limitsJSON ?? .null,
                directory.keeperTrouble.map { .string($0) } ?? .null, Self.units(directory),
                status.map { .array($0.launchers.map(\.json)) } ?? .null,
            ]
        ]
        table.write(format.output)
    }
}
