/// A command that was handed in, and whose result is waited for when it is wanted.
public struct PendingResult<Result: Sendable>: Sendable {
    /// What was asked: `execute`, `push`.
    public let command: String
    /// The engines it is for.
    public let engines: [EngineID]
    /// The job that its tasks make: one task an engine, in the same order.
    public let job: JobHandle
    let farm: TaskClient
    private let read: @Sendable ([EngineID], [TaskOutcome]) throws -> Result

    init(
        _ command: String, _ engines: [EngineID], _ job: JobHandle, _ farm: TaskClient,
        _ read: @escaping @Sendable ([EngineID], [TaskOutcome]) throws -> Result
    ) {
        self.command = command
        self.engines = engines
        self.job = job
        self.farm = farm
        self.read = read
    }

    /// Waits for all engines, and gives what they gave.
    /// - Throws: ``CompositeError`` if some of them failed; `TaskClientError` if the farm is lost, or
    ///   `interrupted`.
    public var value: Result {
        get async throws { try read(engines, try await job.outcomes()) }
    }

    /// Whether all engines are done.
    public var isReady: Bool { job.isEnded }

    /// Waits for all engines; that some of them failed is no error here.
    /// - Throws: `TaskClientError` if the farm is lost, or `interrupted`.
    public func wait() async throws(TaskClientError) { try await job.wait() }

    /// Waits, and says what failed; nil for nothing.
    func failures() async throws -> CompositeError? {
        do { _ = try await value } catch let error as CompositeError { return error }
        return nil
    }

    /// Interrupts it on the engines where it runs: a `KeyboardInterrupt` in Python. What is queued behind it
    /// there is cleared.
    /// - Returns: on how many engines it ran.
    @discardableResult
    public func interrupt() async throws(TaskClientError) -> Int {
        do throws(TaskClientError) {
            return try await farm.interrupt([TaskSelection(job: job.id)]).interrupted
        } catch {
            guard error.code == .unavailable || error.code == .alreadyEnded else { throw error }
            return 0
        }
    }

    /// Takes it back on engines where it is queued, and stops it where it runs.
    public func cancel() async throws(TaskClientError) {
        do throws(TaskClientError) { _ = try await job.cancel() } catch {
            guard error.code == .alreadyEnded || error.code == .alreadyCancelled else { throw error }
        }
    }
}
