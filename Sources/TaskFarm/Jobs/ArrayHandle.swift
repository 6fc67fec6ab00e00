/// Many tasks, submitted together, whose values are all an `Output`. Task `i` has input `i`.
public struct ArrayHandle<Output: Codable & Sendable>: Sendable, Identifiable {
    /// The job that they make up.
    public let job: JobHandle
    /// How many there are.
    public let count: Int

    /// The job's number.
    public var id: JobID { job.id }

    /// One of the tasks. Precondition: `index` is in `0..<count`.
    public subscript(index: Int) -> TaskHandle<Output> {
        precondition(index >= 0 && index < count, "task \(index) of \(count)")
        return TaskHandle(job: job, index: index)
    }

    /// Waits for all tasks and gives their values in the order of their inputs. About 50 ns each.
    /// - Throws: ``TaskFailure`` of the first one, by index, without a value; ``TaskClientError`` if the farm
    ///   is lost for good, or `interrupted`.
    public var values: [Output] {
        get async throws {
            try await job.wait()
            let log = job.log
            var values: [Output] = []
            values.reserveCapacity(count)
            // Some at a time, so that the I/O thread is not kept waiting for the lock.
            while values.count < count {
                let start = values.count
                let end = min(count, start + 1024)
                let found = log.state.read { state -> Result<[Output], any Error> in
                    state.values(start..<end)
                }
                values.append(contentsOf: try found.get())
            }
            return values
        }
    }

    /// Waits for all tasks; each one's value, or why it has none.
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    public var results: [Result<Output, TaskFailure>] {
        get async throws(TaskClientError) {
            let outcomes = try await job.outcomes()
            return outcomes.map { outcome in outcome.result() }
        }
    }

    /// Waits for all tasks and gives their outcomes by index.
    /// - Throws: ``TaskClientError`` if the farm is lost for good, or `interrupted`.
    public var outcomes: [TaskOutcome] {
        get async throws(TaskClientError) { try await job.outcomes() }
    }
}

extension TaskOutcome {
    /// The value if the task has one of this type, else why not.
    public func result<Value: Decodable>(as type: Value.Type = Value.self) -> Result<Value, TaskFailure> {
        guard isSuccess else { return .failure(TaskFailure(self)) }
        do throws(PayloadError) {
            return .success(try value(as: type))
        } catch {
            return .failure(TaskFailure(self, decoding: error))
        }
    }
}

extension JobLogState {
    /// Values of tasks that have ended, or the failure of the first that has none.
    func values<Value: Decodable>(_ indices: Swift.Range<Int>) -> Result<[Value], any Error> {
        var values: [Value] = []
        values.reserveCapacity(indices.count)
        for index in indices {
            guard let index = UInt32(exactly: index), let place = place(of: index) else {
                return .failure(TaskClientError(.unknown, "the job has no task \(index)"))
            }
            var decoding: PayloadError?
            let hasValue = withEntry(at: place) { entry, payload, _ in
                guard entry.state == .succeeded else { return false }
                do throws(PayloadError) {
                    values.append(try TaskValue.decode(Value.self, from: payload))
                    return true
                } catch {
                    decoding = error
                    return false
                }
            }
            if hasValue == true { continue }
            guard let outcome = outcome(of: index) else {
                return .failure(TaskClientError(.badReply, "what came of task \(index) cannot be read"))
            }
            return .failure(TaskFailure(outcome, decoding: decoding))
        }
        return .success(values)
    }
}
