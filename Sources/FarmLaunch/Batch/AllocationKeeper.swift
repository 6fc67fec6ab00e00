import FarmProcess
import Foundation
import Glibc
import Synchronization

/// The thread over an allocation: asks for it, asks how it is doing, gives it back.
///
/// An allocation that has ended is not asked for again: whoever wants as many engines as there is work takes
/// `tasks cluster autoscale`.
final class AllocationKeeper: UnitKeeper {
    /// What there is to know of it.
    struct Setup: Sendable {
        var name: String
        /// What its engines are called, before the job's number.
        var series: String
        var engineCount: Int
        /// The script, and where it is put.
        var script: String
        var path: String
        var options: [String]
        var log: String
    }

    /// Pauses between questions: short while it is new, then such that no batch system minds.
    private static let pauses: [Double] = [0.5, 0.5, 1, 1, 1, 2, 2, 2, 5, 5, 5, 5, 5, 5]
    private static let longestPauseSeconds = 15.0
    /// Answers in a row that say it is not known, before that is believed: right after the submission a
    /// system may not know it yet.
    private static let endAnswers = 2

    private let system: any BatchSystem
    private let setup: Setup
    let record: UnitRecord
    private let wake: WakePipe

    init(
        _ system: any BatchSystem, _ setup: Setup, _ tell: @escaping @Sendable (LaunchEvent) -> Void
    ) throws(LaunchError) {
        self.system = system
        self.setup = setup
        record = UnitRecord(
            LaunchedUnit(name: setup.name, engineCount: setup.engineCount, log: setup.log), tell)
        wake = try WakePipe()
    }

    var threadName: String { setup.name }

    func stop(_ stop: UnitStop) { if record.take(stop) { wake.signal() } }

    func run() {
        let job: String
        do throws(LaunchError) { job = try submit() } catch {
            return record.finish(.failed(error.message))
        }
        record.change {
            $0.release = system.release(job)
            // As `tasks engine host` calls them.
            $0.series = "\(setup.series)-\(job.prefix { $0.isNumber })"
        }
        record.said("\(system.title) job \(job) of \(setup.path)")
        watch(job)
    }

    private func submit() throws(LaunchError) -> String {
        do {
            try Data(setup.script.utf8).write(to: URL(fileURLWithPath: setup.path))
        } catch {
            throw LaunchError(.cannotStart, "cannot write \(setup.path): \(error.localizedDescription)")
        }
        chmod(setup.path, 0o700)
        let command = system.submission(setup.path, setup.options)
        let answer: Tool.Answer
        do throws(LaunchError) { answer = try Tool.run(command) } catch {
            throw LaunchError(
                error.code,
                "\(system.title) is not to be had: \(error.message); is this a host from which jobs are submitted?"
            )
        }
        guard answer.code == 0, let job = system.number(in: answer.output) else {
            throw LaunchError(
                .refused,
                "\(system.title) has refused the allocation: \(answer.complaint); asked for with `\(command.joined(separator: " "))`"
            )
        }
        return job
    }

    /// Follows the job to its end.
    private func watch(_ job: String) {
        var questions = 0
        var ends = 0
        var isReleased = false
        var isStopping = false
        var trouble = ""
        record.waiting(.pending("\(system.title) job \(job)"))
        record.startIsKnown(nil)
        while true {
            let stop = record.stop
            if stop.rawValue >= UnitStop.now.rawValue, !isReleased {
                isReleased = (try? Tool.run(system.release(job)))?.code == 0
                if !isStopping { questions = 0 }
                isStopping = true
            }
            // The rest is the batch system's.
            if stop == .byForce, isReleased { return finish(job, "") }
            switch ask(job, &trouble) {
            case nil: break
            case .pending(let words): record.waiting(.pending("\(system.title) job \(job): \(words)"))
            case .running: if record.unit.state != .running { record.running() }
            case .ended(let words):
                ends += 1
                // A state by name is certain.
                if !words.isEmpty || ends >= Self.endAnswers || record.unit.state == .running {
                    return finish(job, words)
                }
            }
            let pause = questions < Self.pauses.count ? Self.pauses[questions] : Self.longestPauseSeconds
            questions += 1
            wake.wait(seconds: pause)
        }
    }

    private func ask(_ job: String, _ trouble: inout String) -> BatchState? {
        var words = ""
        var state: BatchState?
        do throws(LaunchError) {
            let answer = try Tool.run(system.question(job))
            state = system.state(of: job, in: answer)
            if state == nil { words = answer.complaint }
        } catch {
            words = error.message
        }
        if !words.isEmpty, words != trouble {
            record.said("\(system.title) does not say how job \(job) is doing: \(words); it is asked again")
        }
        trouble = words
        return state
    }

    private func finish(_ job: String, _ words: String) {
        if record.stop != .not || words.isEmpty {
            unlink(setup.path)
            return record.finish(.left)
        }
        record.finish(.failed("\(system.title) job \(job) has ended: \(words); see \(setup.log)"))
    }
}
