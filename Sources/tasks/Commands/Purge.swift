import ArgumentParser
import TaskFarm

/// `tasks purge`.
struct Purge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drop all that is kept of jobs that have ended.",
        discussion:
            "What was purged is not known any more: neither results nor logs. Its number is not used again.")

    @OptionGroup var selection: SelectorOptions
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let client = try await farm.connect()
        // All of them are looked up first: a wrong name is said at once.
        var jobs: [JobID] = []
        for selector in try await selection.words(client) {
            let found = try await client.resolve(selector)
            guard found.count == nil else {
                throw CommandFailure(
                    .refused, "'\(selector)' names tasks; only whole jobs are purged: write \(found.job)")
            }
            jobs.append(found.job)
        }
        try await Lookout.during(client, farm.own) {
            for job in jobs {
                try await client.purge(job)
                Terminal.write("job \(job) purged\n")
            }
        }
        await client.close()
    }
}
