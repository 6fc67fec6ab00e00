import ArgumentParser
import TaskFarm

/// `tasks wait`.
struct Wait: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        abstract: "Wait until jobs have ended; exit code 1 if one of their tasks did not succeed.")

    @OptionGroup var selection: SelectorOptions
    @OptionGroup var farm: FarmOptions

    func run() async throws {
        let (selection, options) = (selection, farm)
        let allSucceeded = try await Interrupt.cancelling {
            let farm = try await options.connect()
            // All of them are looked up first: a wrong name is said at once.
            var watches: [JobWatch] = []
            for selector in try await selection.words(farm) {
                let job = try await farm.resolve(selector).job
                let handle = try await farm.follow(job)
                watches.append(JobWatch(farm: farm, job: handle, profile: options.own))
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
