import FarmTransport
import Foundation

// A controller that starts anew without its old ledger knows none of the old jobs, and gives their numbers to
// others. So after each restart the jobs that are followed are asked for before anything of them is read on.
extension ClientCore {
    func controllerStarted(_ epoch: UInt32) {
        defer { self.epoch = epoch }
        guard let old = self.epoch, old != epoch else { return }
        checks = [:]
        for job in followers.keys {
            guard let question = try? JSONEncoder().encode(JobQuery(job: job)) else { continue }
            node.unsubscribe(JobID(job), at: now)
            checks[node.query([UInt8](question), at: now)] = JobID(job)
        }
    }

    /// The controller has said what it knows of a job.
    func checked(_ job: JobID, _ code: WireCode, _ body: [UInt8]) {
        guard let list = followers[job.raw] else { return }
        let sinks = list.compactMap(\.sink)
        let status = code == .ok ? try? JSONDecoder().decode(JobStatus.self, from: Data(body)) : nil
        let isSame = status.map { status in
            sinks.allSatisfy { $0.jobKey.isEmpty || status.key.isEmpty || $0.jobKey == status.key }
        }
        guard isSame == true, let cursor = sinks.map(\.nextCursor).min() else {
            followers[job.raw] = nil
            let error = TaskClientError(
                .unknown,
                "the controller was started anew and does not know job \(job) any more: "
                    + "what had not ended is "
                    + "lost; submit it again")
            for sink in sinks { sink.failed(error) }
            submissions = submissions.filter { entry in !sinks.contains { $0 === entry.value } }
            return
        }
        node.subscribe(job, from: cursor, at: now)
    }
}
