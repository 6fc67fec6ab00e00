/// Where a task comes from: what its name and its parameters follow from, by its job's templates.
package struct TaskPlace: Sendable, Hashable {
    /// The name of its group; may be empty.
    package var group: String
    /// Which of the job's templates is the group's.
    package var template: Int
    /// The index that the template is expanded with: the point of the sweep.
    package var index: UInt32
}
