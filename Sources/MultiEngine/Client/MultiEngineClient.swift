/// Works on engines directly: each has a number, a Python namespace, and a queue of commands that keeps the
/// order.
///
/// ```swift
/// let mec = try await MultiEngineClient.connect()
/// print(try await mec.execute("print('Hello World')"))
/// try await mec.on([0, 2]).push(["x": 1.5])
/// let x = try await mec["x"].get(as: Double.self)
/// ```
/// A value: a copy with other targets (``on(_:)``) shares the connection. Commands wait for the engines'
/// answers; ``submit(_:)`` hands one in and gives a ``PendingResult`` instead. They wait for no slot and go
/// ahead of tasks that an engine has prefetched; a command that fails clears those that are queued behind it
/// on that engine (`QueueCleared`). They are kept in memory only, as the namespaces are.
///
/// An engine's failure is thrown as a ``CompositeError``, after all engines have answered; it holds what the
/// others gave. Beside that each command throws ``MultiEngineError`` and `TaskClientError`.
public struct MultiEngineClient: Sendable {
    /// The connection.
    public let farm: TaskClient
    /// The engines that commands are for.
    public var targets: EngineTargets
    private let handedIn: HandedIn

    /// Works by a connection that is there, which has the role multiengine-client or admin.
    public init(_ farm: TaskClient, targets: EngineTargets = .all) {
        self.farm = farm
        self.targets = targets
        handedIn = HandedIn()
    }

    /// Connects to a farm.
    ///
    /// - Parameters: as of `TaskClient.connect`; without a file that is named it is the profile's
    ///   `security/multiengine-client.json`.
    /// - Throws: `TaskClientError`, as `TaskClient.connect`.
    public static func connect(
        profile: String? = nil, capability: String? = nil, patience: Duration = .zero
    ) async throws(TaskClientError) -> MultiEngineClient {
        MultiEngineClient(
            try await TaskClient.connect(
                profile: profile, capability: capability, forLanes: true, patience: patience))
    }

    /// Says goodbye; what still waits fails.
    public func close() async { await farm.close() }

    /// The same connection with other targets.
    public func on(_ targets: EngineTargets) -> MultiEngineClient {
        var other = self
        other.targets = targets
        return other
    }

    // MARK: Engines

    /// Numbers of the engines that are there, rising.
    public var ids: [EngineID] {
        get async throws(TaskClientError) { try await farm.engineIDs().attached }
    }

    /// Waits until so many engines are there. Looks 20 times a second.
    /// - Returns: those that are there then.
    /// - Throws: ``MultiEngineError`` with `timedOut`; `TaskClientError`; `CancellationError`.
    @discardableResult
    public func waitForEngines(_ count: Int, timeout: Duration? = nil) async throws -> [EngineID] {
        let clock = ContinuousClock()
        let end = timeout.map { clock.now + $0 }
        while true {
            let found = try await ids
            if found.count >= count { return found }
            if let end, let timeout, clock.now >= end {
                throw MultiEngineError(
                    .timedOut,
                    "after \(timeout) there are \(found.count) engines, not \(count); `tasks engine list` says more"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: Commands

    /// Hands a command in to the targets as they are now, and returns when the controller has it.
    /// - Throws: ``MultiEngineError``, `TaskClientError`; nothing was handed in then.
    public func submit<Result>(
        _ command: NamespaceCommand<Result>
    ) async throws -> PendingResult<Result> {
        let pending = try await command.submit(farm, try await chosenIDs())
        handedIn.add(pending.job.id)
        return pending
    }

    /// Hands a command in, and waits for its result.
    // Inlined into callers without a value it crashes the optimizer of Swift 6.3.1 (splitting coroutines).
    @inline(never)
    func result<Result>(of command: NamespaceCommand<Result>) async throws -> Result {
        try await submit(command).value
    }

    /// Waits for these commands. What failed in them is thrown as one error when all have ended.
    /// - Throws: ``CompositeError``, flat, with the failures of all; `TaskClientError`.
    public func barrier<each Result>(_ pending: repeat PendingResult<each Result>) async throws {
        var errors: [CompositeError] = []
        repeat try await Self.collect(each pending, &errors)
        if !errors.isEmpty { throw CompositeError(joining: errors) }
    }

    private static func collect<Result>(
        _ pending: PendingResult<Result>, _ errors: inout [CompositeError]
    ) async throws {
        if let error = try await pending.failures() { errors.append(error) }
    }

    /// Has the controller forget the commands of this client that have ended, which frees their memory there.
    /// - Returns: how many those are.
    @discardableResult
    public func flush() async throws(TaskClientError) -> Int {
        var count = 0
        for job in handedIn.take() {
            do throws(TaskClientError) {
                try await farm.purge(job)
                count += 1
            } catch {
                // It has not ended: another time. Or it is not there any more.
                if error.code == .unavailable { handedIn.add(job) }
                guard error.code == .unavailable || error.code == .unknown else { throw error }
            }
        }
        return count
    }

    // MARK: Targets

    /// The numbers of the engines that are meant, as they are now.
    func chosenIDs() async throws -> [EngineID] {
        let ids = try await farm.engineIDs()
        return try targets.resolve(attached: ids.attached, known: Set(ids.attached + ids.others))
    }

    /// The engines that are meant, with all that is known of them.
    func chosen() async throws -> [EngineStatus] {
        let engines = try await farm.engines()
        let byID = Dictionary(engines.map { ($0.id, $0) }) { $1 }
        let attached = engines.filter { $0.presence == "attached" }.map(\.id).sorted()
        return try targets.resolve(attached: attached, known: Set(byID.keys)).compactMap { byID[$0] }
    }
}
