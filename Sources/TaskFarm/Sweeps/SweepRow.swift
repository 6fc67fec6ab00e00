/// A task of a sweep that has ended: its parameters, what became of it, and its value.
public struct SweepRow<Value: Decodable & Sendable>: Sendable, Identifiable {
    /// All that is known of its end.
    public let outcome: TaskOutcome
    let place: TaskPlace
    let names: JobNames

    /// Which task.
    public var id: TaskID { outcome.id }
    /// Its name, as `solve/n=64`. Worked out each time: about a microsecond.
    public var name: String { names.name(of: id, at: place) }
    /// Its point of the sweep. Worked out each time: about a microsecond.
    public var parameters: TaskParameters {
        TaskParameters(names.parameters(at: place, given: outcome.givenParameters))
    }

    /// What it came to.
    /// - Throws: ``TaskFailure`` if it did not succeed, or left no such value.
    public var value: Value {
        get throws(TaskFailure) { try outcome.result(as: Value.self).get() }
    }

    /// One of its parameters: `row["n", as: Int.self]`.
    /// - Throws: ``PayloadError`` if it is none of this type, or there is no such parameter.
    public subscript<Parameter: Decodable>(name: String, as type: Parameter.Type) -> Parameter {
        get throws(PayloadError) { try parameters[name, as: type] }
    }
}
