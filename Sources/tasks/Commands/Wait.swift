import ArgumentParser
import TaskFarm

/// `tasks wait`.
struct Wait: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        abstract: "Wait until jobs have ended; exit code 1 if one of their tasks did not succeed.")

    @Argument(help: "Jobs: a number, a name (its latest job), NAME~1 (the one before), or last.")
    var jobs: [String]
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let (selectors, options) = (jobs, farm)
        let allSucceeded = try await Interrupt.cancelling {
            let farm = try await options.connect()
            // All of them are looked up first: a wrong name is said at once.
            var watches: [JobWatch] = []
            for selector in selectors {
                let job = try await farm.resolve(selector).job
                watches.append(JobWatch(farm: farm, job: try await farm.follow(job)))
            }
            var allSucceeded = true
            for watch in watches {
                do {
                    try await watch.wait()
                } catch let error as TaskClientError where error.code == .interrupted {
                    throw CommandFailure(.interrupted, "interrupted; \(watch.name) goes on")
                }
                Terminal.say(watch.summary())
                if !watch.job.endedCounts.allSucceeded { allSucceeded = false }
            }
            await farm.close()
            return allSucceeded
        }
        if !allSucceeded { throw CommandFailure.silent(.someFailed) }
    }
}
