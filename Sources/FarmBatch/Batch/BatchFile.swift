import FarmTemplate

/// A batch file, read and found good: what it makes, and where that stands.
public struct BatchFile: Sendable {
    /// What it makes.
    public var batch: Batch
    /// What was read for it beside the file itself: those that it extends, and those with points.
    public let otherFiles: [String]
    let places: GroupPlaces

    /// What the controller says against a group, at that group's place; nil if it names none.
    public func problem(refused message: String) -> BatchProblem? {
        places.problem(message) { name in batch.groups.firstIndex { $0.name == name } }
    }
}
