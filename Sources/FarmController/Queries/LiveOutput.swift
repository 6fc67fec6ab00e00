import FarmTransport

/// The beginning of what live attempts have written so far, for `tasks logs -f`. Bounded: by attempt here,
/// and by the number of attempts that are live.
struct LiveOutput {
    private struct Key: Hashable {
        var task: TaskID
        var stream: UInt8
    }

    private struct Text {
        var attempt: UInt32
        var bytes: [UInt8]
    }

    /// What one stream of one attempt may keep; the rest comes with the result.
    private static let limitBytes = 1 << 20

    private var texts: [Key: Text] = [:]

    mutating func append(
        _ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]
    ) {
        let key = Key(task: name.task, stream: stream.rawValue)
        if texts[key]?.attempt != name.attempt { texts[key] = Text(attempt: name.attempt, bytes: []) }
        guard let count = texts[key]?.bytes.count, offset == UInt64(count), count < Self.limitBytes else {
            return
        }
        texts[key]!.bytes += bytes
    }

    /// What there is from `offset` on.
    func bytes(of task: TaskID, _ stream: OutputMessage.Stream, from offset: Int) -> ArraySlice<UInt8> {
        guard let text = texts[Key(task: task, stream: stream.rawValue)], offset < text.bytes.count else {
            return []
        }
        return text.bytes[offset...]
    }

    /// The task has ended: its output is with its outcome.
    mutating func forget(_ task: TaskID) {
        for stream in OutputMessage.Stream.allCases { texts[Key(task: task, stream: stream.rawValue)] = nil }
    }

    mutating func forget(_ job: JobID) {
        guard !texts.isEmpty else { return }
        texts = texts.filter { $0.key.task.job != job }
    }
}
