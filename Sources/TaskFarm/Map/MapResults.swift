/// The end of one of a map's tasks.
public struct MapResult<Output: Sendable>: Sendable {
    /// Which input it belongs to, from 0.
    public let index: Int
    /// The value, or why there is none.
    public let result: Result<Output, TaskFailure>

    /// The value.
    /// - Throws: ``TaskFailure``.
    public var value: Output {
        get throws(TaskFailure) { try result.get() }
    }
}

/// Results of a map, in the order in which its tasks end; ends when all have. Iterate once.
///
/// Throws ``TaskClientError`` when the farm is lost for good, and `CancellationError`. Letting the iterator
/// go before the end cancels what has not ended.
public struct MapResults<Function: TaskFunction>: AsyncSequence {
    /// A task's end.
    public typealias Element = MapResult<Function.Output>

    enum Input {
        /// Taken while results are read.
        case pulled(() -> Function.Input?)
        /// Put in by a Swift task.
        case pushed((Inbox) -> Task<Void, Never>)
    }

    private let link: FarmLink
    private let options: MapOptions
    private let input: Input

    init(_ link: FarmLink, _ options: MapOptions, _ input: Input) {
        self.link = link
        self.options = options
        self.input = input
    }

    /// Begins the job.
    public func makeAsyncIterator() -> Iterator { Iterator(link, options, input) }

    /// The same results, as arrays of those that have come together.
    public var batches: Batches { Batches(results: self) }

    /// Results of a map as arrays, never empty ones: for those who have many to look at.
    public struct Batches: AsyncSequence {
        /// Results that have come together.
        public typealias Element = [MapResult<Function.Output>]
        let results: MapResults

        /// Begins the job.
        public func makeAsyncIterator() -> BatchIterator {
            BatchIterator(source: results.makeAsyncIterator())
        }
    }

    /// Reads results in arrays.
    public struct BatchIterator: AsyncIteratorProtocol {
        var source: Iterator

        /// What has come since the last call, when something has; nil after the last.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> [MapResult<Function.Output>]? {
            try await source.nextBatch(isolation: actor)
        }
    }

    /// Reads results one by one: those that are there cost no suspension.
    public struct Iterator: AsyncIteratorProtocol {
        private let reader: MapReader<Function>
        private var batch: [MapResult<Function.Output>] = []
        private var position = 0

        init(_ link: FarmLink, _ options: MapOptions, _ input: Input) {
            reader = MapReader(link, options, input)
        }

        /// The next result, when it is there; nil after the last.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> MapResult<Function.Output>? {
            if position == batch.count {
                position = 0
                batch = []
                guard let next = try await reader.next(isolation: actor) else { return nil }
                batch = next
            }
            defer { position += 1 }
            return batch[position]
        }

        mutating func nextBatch(
            isolation actor: isolated (any Actor)?
        ) async throws -> [MapResult<Function.Output>]? {
            try await reader.next(isolation: actor)
        }
    }
}

/// The state of a map that is being read.
final class MapReader<Function: TaskFunction> {
    private let link: FarmLink
    private let options: MapOptions
    private let input: MapResults<Function>.Input
    private var run: MapRun<Function>?
    private var feeder: Task<Void, Never>?

    init(_ link: FarmLink, _ options: MapOptions, _ input: MapResults<Function>.Input) {
        self.link = link
        self.options = options
        self.input = input
    }

    deinit { feeder?.cancel() }

    func next(
        isolation actor: isolated (any Actor)?
    ) async throws -> [MapResult<Function.Output>]? {
        let run = try begin()
        var results: [MapResult<Function.Output>] = []
        while true {
            if case .pulled(let next) = input { try run.fill(from: next) }
            run.read {
                results.append(MapResult(index: $0, result: .success($1)))
            } failure: {
                results.append(MapResult(index: $0, result: .failure($1)))
            }
            if !results.isEmpty { return results }
            if run.isDone { return nil }
            try await run.wait(forRoom: feeder == nil)
        }
    }

    private func begin() throws(TaskClientError) -> MapRun<Function> {
        if let run { return run }
        let run = try MapRun<Function>(link, options)
        self.run = run
        if case .pushed(let start) = input { feeder = start(run.inbox) }
        return run
    }
}
