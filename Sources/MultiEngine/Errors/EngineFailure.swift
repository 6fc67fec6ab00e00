/// What one engine did not do of a command, and why.
public struct EngineFailure: Error, Sendable, CustomStringConvertible {
    /// The engine.
    public let engine: EngineID
    /// What was asked of it: `execute`, `push`.
    public let command: String
    /// What became of its task.
    public let outcome: TaskOutcome
    /// Set when the engine did it, but what it gave is not of the type wanted.
    public let decoding: PayloadError?

    init(_ engine: EngineID, _ command: String, _ outcome: TaskOutcome, decoding: PayloadError? = nil) {
        self.engine = engine
        self.command = command
        self.outcome = outcome
        self.decoding = decoding
    }

    /// What it is called: the class of Python's exception (`ZeroDivisionError`), a name of the kernel's
    /// (`KernelDied`, `PythonMissing`, `UnpicklableValue`), `QueueCleared`, `EngineLost`, `Cancelled`, or
    /// `UndecodableValue` for a value that is not of the type wanted here.
    public var name: String {
        if decoding != nil { return "UndecodableValue" }
        if !outcome.errorName.isEmpty { return outcome.errorName }
        switch outcome.cause {
        case .queueCleared: return "QueueCleared"
        case .engineLost: return "EngineLost"
        case .cancelled: return "Cancelled"
        case .timeout: return "TimedOut"
        default: return "CommandFailed"
        }
    }

    /// What went wrong, in words.
    public var message: String {
        if let decoding { return decoding.description }
        guard let root = outcome.rootCause, isQueueCleared else { return outcome.error }
        return "\(outcome.error): task \(root)"
    }

    /// Where Python's exception came from, as Python prints it; empty where there is none.
    public var traceback: String { outcome.traceback }

    /// It has not run: what was queued before it on the same engine did not succeed, or the queue was
    /// cleared.
    public var isQueueCleared: Bool { outcome.cause == .queueCleared }

    /// As `[0:execute]: ZeroDivisionError: division by zero`.
    public var description: String {
        "[\(engine):\(command)]: \(name)" + (message.isEmpty ? "" : ": \(message)")
    }
}
