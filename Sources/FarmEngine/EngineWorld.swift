/// What joins the engines that were started together to one pool, as MPI does. All of its calls come in the
/// worker; what knows how to do it is above this module.
package protocol EngineWorld: Sendable {
    /// Joins, before anything else is begun. Waits for the other ranks.
    /// - Throws: ``EngineError`` with code `cannotStart`.
    func join() throws(EngineError) -> WorldSeat

    /// What an attempt on this rank does at the moment together with other ranks, in words; nil if it does
    /// nothing of the kind.
    func activity(task: UInt64, attempt: UInt32) -> String?

    /// Whether it has come to the end of what it can hold, so that the pool should start anew.
    var isWorn: Bool { get }

    /// Leaves in good order, when the worker has left its farm. Waits for the other ranks.
    func leave()
}

/// An engine's place in its pool, as its world gives it.
package struct WorldSeat: Sendable {
    /// The pool's: 16 bytes, the same on all ranks.
    package var key: [UInt8]
    package var rank: UInt32
    package var size: UInt32

    package init(key: [UInt8], rank: UInt32, size: UInt32) {
        self.key = key
        self.rank = rank
        self.size = size
    }
}
