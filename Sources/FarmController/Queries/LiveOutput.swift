import FarmTransport

/// The beginning of what live attempts have written so far, for `tasks logs -f`. Bounded: by attempt here, and by the
/// number of attempts that are live.
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

    mutating func append(_ name: DispatchName, _ stream: OutputMessage.Stream, offset: UInt64, _ bytes: [UInt8]) {
        let key = Key(task: name.task, stream: stream.rawValue)
        var text = texts[key] ?? Text(attempt: name.attempt, bytes: [])
        if text.attempt != name.attempt { text = Text(attempt: name.attempt, bytes: []) }
        guard offset == UInt64(text.bytes.count), text.bytes.count < Self.limitBytes else { return }
        text.bytes += bytes
        texts[key] = text
    }

    /// What there is from `offset` on.
    func bytes(of task: TaskID, _ stream: OutputMessage.Stream, from offset: Int) -> ArraySlice<UInt8> {
        guard let text = texts[Key(task: task, stream: stream.rawValue)], offset < text.bytes.count else { return [] }
        return text.bytes[offset...]
    }

    mutating func forget(_ job: JobID) {
        guard !texts.isEmpty else { return }
        texts = texts.filter { $0.key.task.job != job }
    }
}
