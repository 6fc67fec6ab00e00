import FarmTransport

/// The variables that a Python task gave back, by name.
public struct TaskVariables: Sendable {
    private let bundle: PayloadBundle
    private let missing: TaskFailure?

    init(_ outcome: TaskOutcome) {
        guard outcome.isSuccess else {
            (bundle, missing) = (PayloadBundle(), TaskFailure(outcome))
            return
        }
        (bundle, missing) = (Self.bundle(outcome.valuePayload), nil)
    }

    /// A bundle, or the members of an object.
    private static func bundle(_ payload: [UInt8]) -> PayloadBundle {
        if payload.first == PayloadCodec.bundle.rawValue {
            return (try? PayloadBundle(decoding: Array(payload.dropFirst()))) ?? PayloadBundle()
        }
        var bundle = PayloadBundle()
        let isObject = [PayloadCodec.json, .jsonAndPickle].contains { payload.first == $0.rawValue }
        guard isObject, let text = try? PayloadCodec.json(payload),
            case .object(let members)? = try? JSONValue(parsing: Array(text.utf8))
        else { return bundle }
        for member in members {
            bundle.set(PayloadCodec.payload(json: member.value.encoded()), for: member.key)
        }
        return bundle
    }

    /// What there is, in the order in which it was asked for.
    public var names: [String] { bundle.entries.map(\.name) }

    /// The value of a variable; the type may be left out where it is known.
    /// - Throws: ``TaskFailure`` if the task failed; ``PayloadError``: `missing` if it was not asked for,
    ///   or it
    ///   is of another type.
    public subscript<Value: Decodable>(name: String, as type: Value.Type = Value.self) -> Value {
        get throws {
            if let missing { throw missing }
            return try bundle.value(name, as: type)
        }
    }
}

extension TaskOutcome {
    /// What a Python task gave back of the variables that it was asked for.
    public var ns: TaskVariables { TaskVariables(self) }

    /// Throws if the task has no value.
    /// - Throws: ``TaskFailure``.
    public func raiseIfFailed() throws(TaskFailure) {
        if !isSuccess { throw TaskFailure(self) }
    }
}
