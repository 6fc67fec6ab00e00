import ArgumentParser
import FarmTransport
import TaskFarm

/// `tasks pause`.
struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send nothing more of jobs, or of the whole farm, until `tasks resume`.",
        discussion: """
            What has begun runs to its end; what waits at engines comes back to the queue. Deadlines go on. \
            A pause holds until it is ended, also over the controller's end. Exit code 0 if something is \
            paused now, by this or before; 1 if all of it had ended; 2 if there is no such job. The whole \
            farm is for admins.
            """)

    @OptionGroup var pausing: Pausing
    @OptionGroup var farm: FarmOptions

    func run() async throws { try await pausing.carryOut(true, farm) }
}

/// `tasks resume`.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with jobs that are paused, or with the whole farm.",
        discussion: """
            Jobs that were paused themselves stay so when the farm goes on, and the farm stays paused when a \
            job goes on. Exit codes as those of `tasks pause`.
            """)

    @OptionGroup var pausing: Pausing
    @OptionGroup var farm: FarmOptions

    func run() async throws { try await pausing.carryOut(false, farm) }
}

/// What is paused, or goes on.
struct Pausing: ParsableArguments {
    @Argument(help: "Jobs (12, heat, heat~1, last).")
    var selectors: [String] = []
    @Option(help: "All jobs with this label, as KEY=VALUE or KEY; may be repeated: then with all of them.")
    var label: [String] = []
    @Flag(help: "The whole farm: all jobs, and those that are still to come.")
    var all = false

    func validate() throws {
        guard [!selectors.isEmpty, !label.isEmpty, all].count(where: { $0 }) == 1 else {
            throw ValidationError("name jobs, or say --label KEY=VALUE, or --all")
        }
    }

    func carryOut(_ isPaused: Bool, _ farm: FarmOptions) async throws {
        let client = try await farm.connect(as: all ? .admin : nil)
        let worst = try await Lookout.during(client, farm.own) {
            all ? try await farmAsAWhole(isPaused, client) : try await jobs(isPaused, client)
        }
        await client.close()
        if worst != .succeeded { throw CommandFailure.silent(worst) }
    }

    private func farmAsAWhole(_ isPaused: Bool, _ client: TaskClient) async throws -> ExitStatus {
        let changed = isPaused ? try await client.pauseFarm() : try await client.resumeFarm()
        switch (isPaused, changed) {
        case (true, true):
            Terminal.write("the farm is paused: what runs goes on, nothing more is sent\n")
        case (true, false): Terminal.say("the farm is paused already")
        case (false, true):
            let paused = try await client.jobs().filter(\.isPaused)
            Terminal.write("the farm goes on\n")
            if !paused.isEmpty { Terminal.say("still paused themselves: \(Self.named(paused.map(\.id)))") }
        case (false, false): Terminal.say("the farm is not paused")
        }
        return .succeeded
    }

    private func jobs(_ isPaused: Bool, _ client: TaskClient) async throws -> ExitStatus {
        guard label.isEmpty else {
            let jobs = try await LabelFilter.jobs(label, client).map(\.id)
            return try await carryOut(isPaused, jobs, client)
        }
        var worst = ExitStatus.succeeded
        for selector in selectors {
            let status = try await one(isPaused, selector, client)
            if status.rawValue > worst.rawValue { worst = status }
        }
        return worst
    }

    private func one(_ isPaused: Bool, _ selector: String, _ client: TaskClient) async throws -> ExitStatus {
        let found: TaskSelection
        do throws(TaskClientError) {
            found = try await client.resolve(selector)
        } catch {
            guard error.code == .unknown || error.code == .badInput else { throw error }
            Terminal.complain(error.message)
            return .refused
        }
        guard found.count == nil else {
            Terminal.complain(
                "'\(selector)' names tasks; only whole jobs are \(isPaused ? "paused" : "resumed"): write \(found.job)"
            )
            return .refused
        }
        return try await carryOut(isPaused, [found.job], client)
    }

    private func carryOut(_ isPaused: Bool, _ jobs: [JobID], _ client: TaskClient) async throws -> ExitStatus
    {
        let report: PauseReport
        do throws(TaskClientError) {
            report = isPaused ? try await client.pause(jobs) : try await client.resume(jobs)
        } catch {
            guard error.code == .alreadyEnded || error.code == .unknown else { throw error }
            Terminal.complain(error.message)
            return error.code == .unknown ? .refused : .someFailed
        }
        if !report.changed.isEmpty {
            Terminal.write("\(Self.named(report.changed)): \(isPaused ? "paused" : "resumed")\n")
        }
        if !report.unchanged.isEmpty {
            let words = isPaused ? "paused already" : "not paused"
            Terminal.say("\(Self.named(report.unchanged)): \(words)")
        }
        if !report.ended.isEmpty { Terminal.say("\(Self.named(report.ended)): already ended") }
        if !isPaused, report.isFarmPaused {
            Terminal.say("the farm as a whole is paused, so nothing is sent: `tasks resume --all` goes on")
        }
        return .succeeded
    }

    /// `job 12`, `jobs 12, 13, 14 and 5 more`.
    private static func named(_ jobs: [JobID]) -> String {
        let more = jobs.count > 10 ? " and \(jobs.count - 10) more" : ""
        let numbers = jobs.prefix(10).map { "\($0)" }.joined(separator: ", ")
        return "\(jobs.count == 1 ? "job" : "jobs") \(numbers)\(more)"
    }
}
