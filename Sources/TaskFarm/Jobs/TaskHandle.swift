/// One task whose value is an `Output`.
public struct TaskHandle<Output: Codable & Sendable>: Sendable, Identifiable {
    /// The job that the task is in.
    public let job: JobHandle
    /// Its index there, from 0.
    public let index: Int

    /// The task's id.
    public var id: TaskID { TaskID(job.id, UInt32(clamping: index)) }

    /// Waits for the task's end and gives its value.
    /// - Throws: ``TaskFailure`` if it has none of this type; ``TaskClientError`` if the farm is lost for
    ///   good, or `interrupted`.
    public var value: Output {
        get async throws {
            try await job.log.wait { [index = UInt32(clamping: index)] in $0.hasEnded(index) || $0.isEnded }
            return try job.log.value(of: index)
        }
    }

    /// Waits for the task's end; that it failed is no error here.
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    public var outcome: TaskOutcome {
        get async throws(TaskClientError) { try await job.outcome(ofTask: index) }
    }

    /// What became of it, without waiting: nil while it has not ended.
    public var outcomeIfEnded: TaskOutcome? { job.outcome(of: index) }

    /// Cancels it.
    /// - Throws: ``TaskClientError`` as ``TaskClient/cancel(_:)``.
    @discardableResult
    public func cancel() async throws(TaskClientError) -> CancelReport {
        try await job.cancel(index..<index + 1)
    }
}

extension JobLog {
    /// The value of a task that has ended.
    func value<Value: Decodable & Sendable>(of index: Int) throws -> Value {
        let found = state.read { state -> Result<[Value], any Error> in state.values(index..<index + 1) }
        return try found.get()[0]
    }
}
