/// How much is queued for an engine's namespace.
public struct QueueStatus: Sendable, Hashable {
    /// The engine.
    public let engine: EngineID
    /// Commands that it has: 0 or 1.
    public let running: Int
    /// Commands that wait behind it.
    public let queued: Int

    /// So much.
    public init(engine: EngineID, running: Int, queued: Int) {
        (self.engine, self.running, self.queued) = (engine, running, queued)
    }
}

// What may be done to queues, to what runs, and to engines.
extension MultiEngineClient {
    private static var lane: String { NamespaceCommand<Void>.lane }

    /// How much is queued for each engine's namespace, by any client.
    public func queueStatus() async throws -> [QueueStatus] {
        try await chosen().map { engine in
            let lane = engine.lanes.first { $0.name == Self.lane }
            return QueueStatus(engine: engine.id, running: lane?.running ?? 0, queued: lane?.queued ?? 0)
        }
    }

    /// Ends what is queued for the namespaces, by any client; what runs goes on.
    /// - Returns: how many commands, of each engine.
    @discardableResult
    public func clearQueue() async throws -> [Int] {
        var counts: [Int] = []
        for engine in try await chosenIDs() { counts.append(try await farm.clearLane(engine, Self.lane)) }
        return counts
    }

    /// A `KeyboardInterrupt` in the command that each engine's namespace runs at this moment, of whichever
    /// client; what is queued behind it is cleared. Tasks of the ordinary queue go on.
    /// - Returns: how many commands were interrupted.
    @discardableResult
    public func interrupt() async throws -> Int {
        var selections: [TaskSelection] = []
        var known: [JobID: Bool] = [:]
        for engine in try await chosen() where engine.lanes.contains(where: { $0.name == Self.lane }) {
            for task in engine.tasks where try await isCommand(task, &known) {
                selections.append(TaskSelection(job: task.job, first: Int(task.index), count: 1))
            }
        }
        if selections.isEmpty { return 0 }
        do throws(TaskClientError) { return try await farm.interrupt(selections).interrupted } catch {
            // It has ended meanwhile.
            guard [.unavailable, .alreadyEnded, .unknown].contains(error.code) else { throw error }
            return 0
        }
    }

    /// Whether a task calls a function of the namespace, as all or none of a job's do. `known`: of which
    /// jobs.
    private func isCommand(_ task: TaskID, _ known: inout [JobID: Bool]) async throws -> Bool {
        if let answer = known[task.job] { return answer }
        var answer = false
        do throws(TaskClientError) {
            if case .function(let name, _) = try await farm.template(0, of: task.job).body {
                answer = name.hasPrefix("namespace.")
            }
        } catch {
            // It has ended, and is forgotten already.
            guard error.code == .unknown else { throw error }
        }
        known[task.job] = answer
        return answer
    }

    /// Ends the engines, at once: what they run of the ordinary queue goes back there, commands fail.
    ///
    /// - Parameter controller: the controller, too, which only an admin may.
    public func kill(controller: Bool = false) async throws {
        let engines = try await chosenIDs()
        try await farm.drain(engines, now: true)
        if controller { try await farm.stopController(now: true) }
    }

    /// Ends the kernels at once, with what they run; the engines stay, their namespaces are gone.
    public func restart() async throws { try await result(of: .restart()) }
}
