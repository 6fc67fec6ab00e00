/// A command that failed on some of its engines: all their failures, flat, and what the others gave.
public struct CompositeError: Error, Sendable, CustomStringConvertible {
    /// One for each engine that failed, in the order of the command's targets; of several commands, one after
    /// the other.
    public let failures: [EngineFailure]
    private let kept: [(engine: EngineID, result: any Sendable)]

    init(_ failures: [EngineFailure], kept: [(engine: EngineID, result: any Sendable)] = []) {
        self.failures = failures
        self.kept = kept
    }

    /// All failures of several errors as one.
    init(joining errors: [CompositeError]) {
        self.init(errors.flatMap(\.failures), kept: errors.flatMap(\.kept))
    }

    /// The engine's failure, its first if there are several; nil if it did what it was asked.
    public subscript(engine: EngineID) -> EngineFailure? { failures.first { $0.engine == engine } }

    /// The engines that did what they were asked.
    public var succeeded: [EngineID] { kept.map(\.engine) }

    /// Whether nothing has failed but for an interrupt: a `KeyboardInterrupt`, or cleared behind one.
    public var isInterrupt: Bool {
        failures.contains { $0.name == "KeyboardInterrupt" }
            && failures.allSatisfy { $0.name == "KeyboardInterrupt" || $0.isQueueCleared }
    }

    /// What the engine gave, if it did what it was asked and that is of this type: of `execute` a
    /// ``CommandResult``, of `pull` and `apply` the value.
    public func result<Result>(of engine: EngineID, as type: Result.Type = Result.self) -> Result? {
        kept.lazy.filter { $0.engine == engine }.compactMap { $0.result as? Result }.first
    }

    /// Each engine's failure on a line of its own.
    public var description: String {
        let names = Set(failures.map(\.command))
        let what = names.count == 1 ? names.first ?? "" : "\(names.count) commands"
        return (["one or more exceptions from call to: \(what)"] + failures.map(\.description))
            .joined(separator: "\n")
    }

    /// The tracebacks, each under its engine's line.
    public var tracebacks: String {
        failures.map { failure in
            failure.traceback.isEmpty
                ? "\(failure)\n" : "[\(failure.engine):\(failure.command)]:\n\(failure.traceback)"
        }.joined(separator: "\n")
    }
}
