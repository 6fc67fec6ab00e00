import COpenMPI

/// How the ranks of one attempt come together. They begin at different moments, and some may never come,
/// since their part was cancelled in the queue: so nobody enters a call of MPI's that waits for all of them
/// before it is known that all of them are there.
///
/// By dissemination (Hensgen, Finkel and Manber 1988): in round i each rank tells the rank 2^i further on
/// what it has heard, and hears the one 2^i before. After ⌈log2 k⌉ rounds each has heard of all.
struct Meeting {
    /// How long a rank that is told to stop still waits for the others. When all of them are on their way
    /// they go through the door together, or one of them would find itself alone behind it.
    static let lingerNanoseconds: UInt64 = 500_000_000

    let name: MeetingName
    /// The ranks by their numbers in the pool.
    let ranks: [UInt32]
    /// Which of them this one is.
    let rank: Int
    let desk: MeetingDesk

    /// Waits until all are there.
    /// - Parameter own: what this rank keeps.
    /// - Returns: what they all keep; the same on all ranks.
    /// - Throws: ``MPIError`` with code `cancelled` if the attempt was told to stop before.
    func gather(_ own: MeetingName?) throws(MPIError) -> KeptCommunicators {
        var known = KeptCommunicators(own)
        var round: UInt32 = 0
        var stoppedAt: UInt64?
        do throws(MPIError) {
            while 1 << round < ranks.count {
                let step = 1 << round
                let behind = ranks[(rank + step) % ranks.count]
                let before = ranks[(rank + ranks.count - step) % ranks.count]
                try desk.send(MeetingNote(.here, round: round, name, known), to: behind)
                let note = try wait(&stoppedAt) { desk.take(name, round: round, from: before) }
                known.add(note.kept)
                round += 1
            }
            _ = try wait(&stoppedAt) { desk.areSent(name) ? () : nil }
        } catch {
            withdraw(told: round)
            throw error
        }
        desk.close(name)
        return known
    }

    private func wait<Result>(
        _ stoppedAt: inout UInt64?, _ look: () -> Result?
    ) throws(MPIError) -> Result {
        var patience = Patience()
        while true {
            try desk.turn()
            if let result = look() { return result }
            guard patience.pause(), Task.isCancelled else { continue }
            let now = Patience.nanoseconds()
            let since = stoppedAt ?? now
            stoppedAt = since
            guard now - since >= Self.lingerNanoseconds else { continue }
            throw MPIError(
                .cancelled, "told to stop before all of the \(ranks.count) ranks of the task had come")
        }
    }

    /// Tells those that have heard of this rank that it does not come.
    private func withdraw(told rounds: UInt32) {
        desk.abandon(name)
        for round in 0...rounds where 1 << round < ranks.count {
            let behind = ranks[(rank + (1 << round)) % ranks.count]
            // If it cannot be sent, nothing can.
            try? desk.send(MeetingNote(.withdrawn, round: round, name), to: behind)
        }
    }
}
