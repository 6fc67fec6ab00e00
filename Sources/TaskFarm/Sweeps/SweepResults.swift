import FarmTransport

/// What the tasks of a job come to, a row each, in the order in which they end; those that have ended come at
/// once. Ends with the job.
///
/// In bounded memory, whatever the number of tasks: nothing is kept that was read, no more is sent than is
/// read, and names and parameters are worked out by the job's templates. Iterate once. A lost connection is
/// not noticed. Attempts that were tried again are left out, and rows have no ``TaskOutcome/history``.
public struct SweepResults<Value: Decodable & Sendable>: AsyncSequence, Sendable {
    /// A task and what it came to.
    public typealias Element = SweepRow<Value>

    private let events: JobEvents
    private let places: JobPlaces

    init(_ events: JobEvents, _ places: JobPlaces) {
        self.events = events
        self.places = places
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(events: events.makeAsyncIterator(), places: places)
    }

    /// Reads a job's rows.
    public struct Iterator: AsyncIteratorProtocol {
        private var events: JobEvents.Iterator
        private var places: JobPlaces
        /// What has come and was not handed out, last first.
        private var waiting: [JobEvent] = []
        /// Tasks that have ended together, and how many of them are still to come.
        private var together: (outcome: TaskOutcome, count: Int)?

        init(events: JobEvents.Iterator, places: JobPlaces) {
            self.events = events
            self.places = places
        }

        /// The next task that has ended; nil behind the last.
        /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(TaskClientError) -> SweepRow<Value>? {
            guard let outcome = try await nextOutcome() else { return nil }
            let place: TaskPlace
            if let known = places.known(outcome.index) {
                place = known
            } else {
                place = try await places.place(of: outcome.index)
            }
            return SweepRow(outcome: outcome, place: place, names: places.names)
        }

        private mutating func nextOutcome(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(TaskClientError) -> TaskOutcome? {
            while true {
                if let (outcome, count) = together {
                    together = count > 1 ? (outcome.of(index: outcome.id.index + 1), count - 1) : nil
                    return outcome
                }
                if let event = waiting.popLast() {
                    switch event {
                    case .ended(let outcome): return outcome
                    case .endedTogether(let outcome, let count):
                        together = count > 0 ? (outcome, count) : nil
                    case .retried, .rank, .sealed: break
                    }
                } else if let next = try await events.next() {
                    waiting = next.reversed()
                } else {
                    return nil
                }
            }
        }
    }
}

extension TaskClient {
    /// What the tasks of a job come to: parameters, outcome and value of each, as they end.
    ///
    /// Tasks that ``retry(_:failedOnly:dependents:)`` has done again come with the job that did them.
    /// - Parameter type: what the tasks leave.
    /// - Throws: ``TaskClientError``: `unknown` if there is no such job, or it was purged.
    public func results<Value: Decodable & Sendable>(
        of job: JobID, as type: Value.Type = Value.self
    ) async throws(TaskClientError) -> SweepResults<Value> {
        let status = try await self.job(job)
        return SweepResults(try await outcomes(of: job), JobPlaces(link, status))
    }
}
