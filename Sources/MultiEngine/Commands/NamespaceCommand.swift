/// Something that engines are asked to do, and what is made of their answers: `.execute("x = 1")`,
/// `.pull("x", as: Int.self)`. ``MultiEngineClient/submit(_:)`` hands it in.
public struct NamespaceCommand<Result: Sendable>: Sendable {
    /// What it is called in errors, and its job in `tasks list`.
    public let name: String
    let submit: @Sendable (TaskClient, [EngineID]) async throws -> PendingResult<Result>

    /// What the engines' calls are given.
    enum Input<Value: Sendable>: Sendable {
        /// All the same: sent to the controller once.
        case same(Value)
        /// Each its own: made for a number of engines.
        case own(@Sendable (Int) throws -> [Value])
    }

    /// The lane of the namespaces.
    static var lane: String { "namespace" }

    /// - Parameters:
    ///   - lane: where it is queued; one of its own does not wait for what runs in the namespace.
    ///   - part: what an engine's outcome comes to; throws `PayloadError` if that is not as wanted.
    ///   - gather: all of those together.
    init<Call: EngineCall, Part: Sendable>(
        _ name: String, _ call: Call.Type, _ input: Input<Call.Input>, lane: String = Self.lane,
        part: @escaping @Sendable (EngineID, TaskOutcome) throws(PayloadError) -> Part,
        gather: @escaping @Sendable ([Part]) throws -> Result
    ) {
        self.name = name
        submit = { farm, engines in
            var options = TaskOptions(name: name)
            options.lane = lane
            options.durable = false
            let inputs = try Self.inputs(input, engines.count, &options)
            let array = try await farm.submit(
                call, inputs: inputs, toEach: engines, options: options)
            return PendingResult(name, engines, array.job, farm) { engines, outcomes in
                let found = try Self.parts(name, engines, outcomes, part)
                return try gather(found)
            }
        }
    }

    private static func inputs<Value: Codable & Sendable>(
        _ input: Input<Value>, _ count: Int, _ options: inout TaskOptions
    ) throws -> [Value]? {
        switch input {
        case .own(let make): return try make(count)
        case .same(let value):
            try options.share(value)
            return nil
        }
    }

    private static func parts<Part: Sendable>(
        _ name: String, _ engines: [EngineID], _ outcomes: [TaskOutcome],
        _ part: (EngineID, TaskOutcome) throws(PayloadError) -> Part
    ) throws(CompositeError) -> [Part] {
        var parts: [(engine: EngineID, result: Part)] = []
        var failures: [EngineFailure] = []
        for (engine, outcome) in zip(engines, outcomes) {
            guard outcome.isSuccess else {
                failures.append(EngineFailure(engine, name, outcome))
                continue
            }
            do throws(PayloadError) {
                parts.append((engine, try part(engine, outcome)))
            } catch {
                failures.append(EngineFailure(engine, name, outcome, decoding: error))
            }
        }
        guard failures.isEmpty else {
            throw CompositeError(failures, kept: parts.map { ($0.engine, $0.result) })
        }
        return parts.map(\.result)
    }
}
