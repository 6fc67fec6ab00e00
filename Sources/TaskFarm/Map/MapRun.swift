import FarmTransport

/// One map: a streaming job, its inputs on their way out and its results on their way in. Belongs to one
/// Swift task.
///
/// No Swift task, continuation or dictionary entry a task: a task is its index.
final class MapRun<Function: TaskFunction> {
    let inbox: Inbox
    private let limits: MapLimits
    /// The first entry that was not read.
    private var cursor: UInt64 = 0
    private var block = PayloadBlock()
    /// Inputs taken so far.
    private(set) var inputCount = 0
    private var isOver = false

    init(_ link: FarmLink, _ options: MapOptions) throws(TaskClientError) {
        try link.require(.submit, to: "submit tasks")
        limits = MapLimits(tasks: options.openTasks, bytes: options.openBytes)
        inbox = Inbox(
            link, key: .random(),
            plan: Inbox.Plan(
                header: try options.task.header(
                    isStreaming: true, surroundings: FunctionParts.surroundings(Function.name)),
                templates: options.task.templates(FunctionParts.template(Function.self)),
                group: try options.task.group(Function.name),
                limits: limits))
    }

    /// Whoever lets go of a map before its end wants no more of it.
    deinit { if !isOver { inbox.abandon() } }

    // MARK: Input

    /// Takes inputs until there is no room, some results are there to be read, or the input ends.
    func fill(from next: () throws -> Function.Input?) throws {
        let clock = inbox.link.clock
        while true {
            let room = inbox.state.read { [limits] in $0.failure == nil ? $0.room(limits) : 0 }
            if room == 0 { return }
            let openedAt = clock.now
            var isEnded = false
            while !block.isFull, block.count < room {
                guard let input = try next() else {
                    isEnded = true
                    break
                }
                try FunctionParts.append(input, to: &block, index: inputCount)
                inputCount += 1
                // Input that comes slowly is not kept waiting for more. A look at the clock costs as much as
                // an input.
                if block.count < 16 || block.count & 15 == 0, clock.now - openedAt > 200_000 { break }
            }
            let full = block
            block = PayloadBlock()
            try inbox.put { [isEnded] state in
                if full.count > 0 { state.append(full) }
                state.isInputEnded = isEnded
            }
            if inbox.state.read({ !$0.chunks.isEmpty }) { return }
        }
    }

    // MARK: Results

    /// Waits until there are results, room for input, or nothing more to come.
    nonisolated(nonsending) func wait(forRoom: Bool) async throws {
        await inbox.state.wait { [limits] state in
            !state.chunks.isEmpty || state.failure != nil || state.isDone
                || (forRoom && state.room(limits) > 0)
        }
        let failure = inbox.state.read { state -> TaskClientError? in
            state.chunks.isEmpty ? state.failure : nil
        }
        if let failure {
            isOver = true
            throw failure
        }
        try Task.checkCancellation()
    }

    /// Whether all results have been read.
    var isDone: Bool {
        if inbox.state.read({ $0.isDone }) { isOver = true }
        return isOver
    }

    /// Reads what has come: calls `value` or `failure` for each task that has ended, with its index.
    func read(_ value: (Int, consuming Function.Output) -> Void, failure: (Int, TaskFailure) -> Void) {
        let chunks = inbox.take()
        if chunks.isEmpty { return }
        var ended = 0
        for chunk in chunks {
            chunk.walk(from: cursor) { entry, payload, _ in
                switch entry.kind {
                case .terminal:
                    ended += 1
                    var decoding: PayloadError?
                    if entry.state == .succeeded {
                        do throws(PayloadError) {
                            let output = try TaskValue.decode(Function.Output.self, from: payload)
                            return value(Int(entry.task.index), output)
                        } catch {
                            decoding = error
                        }
                    }
                    let outcome = outcome(entry, payload, chunk.receivedAt)
                    failure(Int(entry.task.index), TaskFailure(outcome, decoding: decoding))
                case .range:
                    ended += Int(entry.count)
                    for index in entry.task.index..<entry.task.index + entry.count {
                        var single = entry
                        single.task = TaskID(entry.task.job, index)
                        failure(Int(index), TaskFailure(outcome(single, payload, chunk.receivedAt)))
                    }
                case .attempt, .forgiven, .rank, .sealed:
                    break
                }
            }
            cursor = max(cursor, chunk.firstCursor + UInt64(chunk.count))
        }
        inbox.consumed(chunks, ended: ended)
    }

    private func outcome(
        _ entry: OutcomeEntry, _ payload: UnsafeRawBufferPointer, _ receivedAt: Instant
    ) -> TaskOutcome {
        TaskOutcome(entry, payload: [UInt8](payload)[...], submittedAt: nil, receivedAt: receivedAt)
    }
}
