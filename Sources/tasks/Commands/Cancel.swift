import ArgumentParser
import TaskFarm

/// `tasks cancel`.
struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cancel jobs, tasks or ranges of tasks.",
        discussion: """
            What waits ends at once; what runs is stopped, with all that it started. Exit code 0 if \
            something was cancelled, or had been cancelled before, whatever else had ended; 1 if all of it \
            had ended; 2 if there is no such job or task. With --interrupt nothing is cancelled: what runs \
            is interrupted, and 1 means that nothing of it runs.
            """)

    @Flag(help: "Only interrupt what runs, as Ctrl-C does; it ends as it ends, and nothing is cancelled.")
    var interrupt = false
    @OptionGroup var selection: SelectorOptions
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        let status = try await Lookout.during(client, farm.own) { try await cancel(client) }
        await client.close()
        if status != .succeeded { throw CommandFailure.silent(status) }
    }

    private func cancel(_ client: TaskClient) async throws -> ExitStatus {
        var found: Set<ExitStatus> = []
        for selector in try await selection.words(client) {
            let status: ExitStatus
            do throws(TaskClientError) {
                let selection = try await client.resolve(selector)
                let words =
                    interrupt
                    ? Self.words(selection, try await client.interrupt([selection]))
                    : Self.words(selection, try await client.cancel([selection]))
                Terminal.write(words + "\n")
                status = .succeeded
            } catch {
                switch error.code {
                case .alreadyEnded:
                    Terminal.complain(error.message)
                    status = .someFailed
                case .unavailable where interrupt:
                    Terminal.complain("\(selector): \(error.message)")
                    status = .someFailed
                case .alreadyCancelled:
                    Terminal.say("\(error.message)")
                    status = .succeeded
                case .unknown, .badInput:
                    Terminal.complain(error.message)
                    status = .refused
                default: throw error
                }
            }
            found.insert(status)
        }
        // What had ended is no failure beside what was cancelled; a slip of the pen is one.
        if found.contains(.refused) { return .refused }
        return found.contains(.succeeded) ? .succeeded : .someFailed
    }

    private static func words(_ selection: TaskSelection, _ report: InterruptedTasks) -> String {
        var parts = ["\(counted(report.interrupted, "task")) interrupted"]
        if report.notRunning > 0 { parts.append("\(report.notRunning) not running") }
        if report.alreadyEnded > 0 { parts.append("\(report.alreadyEnded) had ended") }
        if report.unknown > 0 { parts.append("\(report.unknown) not there") }
        return "\(selection): \(parts.joined(separator: ", "))"
    }

    private static func words(_ selection: TaskSelection, _ report: CancelReport) -> String {
        var parts: [String] = []
        if report.cancelled > 0 { parts.append("\(counted(report.cancelled, "task")) cancelled") }
        if report.cancelling > 0 { parts.append("\(counted(report.cancelling, "task")) being stopped") }
        if report.alreadyCancelled > 0 { parts.append("\(report.alreadyCancelled) cancelled before") }
        if report.alreadyEnded > 0 { parts.append("\(report.alreadyEnded) had ended") }
        if report.unknown > 0 { parts.append("\(report.unknown) not there") }
        return "\(selection): \(parts.joined(separator: ", "))"
    }
}
