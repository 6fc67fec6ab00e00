import FarmTransport
import Synchronization

@testable import TaskFarm

/// Hands a core its parts and keeps what comes back.
final class RecordingSink: JobSink {
    struct Seen: Sendable {
        var parts: [SubmissionPart] = []
        var job: JobID?
        var isWhole = false
        var failure: TaskClientError?
        var cursor: UInt64 = 0
        var ended: [UInt32] = []
    }

    let seen: Mutex<Seen>
    let jobKey: String

    init(_ key: UniqueKey, _ parts: [SubmissionPart]) {
        jobKey = key.description
        seen = Mutex(Seen(parts: parts.reversed()))
    }

    func nextPart() -> SubmissionPart? { seen.withLock { $0.parts.popLast() } }

    func accepted(_ job: JobID, taskCount: UInt32, isWhole: Bool) {
        seen.withLock { seen in
            seen.job = job
            seen.isWhole = isWhole
        }
    }

    func failed(_ error: TaskClientError) { seen.withLock { $0.failure = error } }

    func arrived(_ chunk: CompletionChunk) -> Int {
        seen.withLock { seen in
            chunk.walk(from: seen.cursor) { entry, _, _ in
                if entry.kind == .terminal { seen.ended.append(entry.task.index) }
            }
            seen.cursor = max(seen.cursor, chunk.firstCursor + UInt64(chunk.count))
        }
        return chunk.credit
    }

    var nextCursor: UInt64 { seen.withLock { $0.cursor } }
}
