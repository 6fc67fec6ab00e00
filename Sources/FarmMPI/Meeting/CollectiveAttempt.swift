import COpenMPI

/// One attempt at a collective task on this rank, from the meeting to the parting.
final class CollectiveAttempt {
    let name: MeetingName
    /// The ranks by their numbers in the pool.
    let ranks: [UInt32]
    /// The attempt that the communicator was made for, which may be an earlier one.
    let madeFor: MeetingName
    let communicator: Communicator
    /// Whether room was made to keep the communicator.
    private(set) var hasReserved = false

    private let traffic: Traffic
    /// How long a message that was sent may be on its way still.
    private static let probeNanoseconds: UInt64 = 200_000_000

    init(
        name: MeetingName, ranks: [UInt32], madeFor: MeetingName, handle: farm_comm, inner: InnerRanks,
        activity: Activity
    ) {
        self.name = name
        self.ranks = ranks
        self.madeFor = madeFor
        traffic = Traffic(size: ranks.count)
        communicator = Communicator(handle, traffic: traffic, activity: activity, inner: inner)
    }

    /// After the function has returned well: waits until it has on all ranks, and looks whether all that was
    /// sent was received.
    ///
    /// - Parameter hasRoom: asked once, whether this rank has room to keep the communicator.
    /// - Returns: whether it is to be kept: all ranks have room. Else it is freed.
    /// - Throws: ``MPIError`` with code `unreceived`, on the rank that has left messages behind.
    func part(hasRoom: () -> Bool) throws(MPIError) -> Bool {
        hasReserved = hasRoom()
        // At the end: ranks that have no room.
        var sums = traffic.balance + [hasReserved ? 0 : 1]
        _ = try communicator.lend(&sums) { (sums) throws(MPIError) in
            try communicator.perform(.parting) {
                farm_mpi_iallreduce(
                    nil, sums.baseAddress, 1, Int32(sums.count), Int64.mpiKind.code, Reduction.sum.code,
                    communicator.handle, &$0)
            }
        }
        guard sums.dropLast().allSatisfy({ $0 == 0 }) else {
            traffic.isGivenUp = true
            let left = sums[communicator.rank]
            if left != 0 { throw unreceived(Int(left)) }
            return false
        }
        // In the order of making, which is the same on all ranks of each.
        for var part in traffic.parts { try Library.check(farm_mpi_free(&part), .parting) }
        traffic.parts = []
        if sums.last == 0 { return true }
        var handle = communicator.handle
        if var inner = communicator.inner.handle { try Library.check(farm_mpi_free(&inner), .parting) }
        try Library.check(farm_mpi_free(&handle), .parting)
        return false
    }

    /// Nothing of the attempt's is used again.
    func giveUp() { traffic.isGivenUp = true }

    /// Of an attempt that was given up: what MPI may still be at lives on.
    func clear(into leftovers: Leftovers) {
        guard traffic.isGivenUp else { return }
        for _ in 0...traffic.parts.count { leftovers.countCommunicator() }
        if communicator.inner.handle != nil { leftovers.countCommunicator() }
        nonisolated(unsafe) let items = traffic.unfinished
        traffic.unfinished = []
        leftovers.keep(items)
    }

    /// Says which message is the first of them.
    private func unreceived(_ count: Int) -> MPIError {
        let messages = count == 1 ? "1 message was" : "\(count) messages were"
        var text = "\(messages) left unreceived by rank \(communicator.rank)"
        if let first = firstWaiting() {
            text += " (the first from rank \(first.source), tag \(first.tag), \(first.bytes) bytes)"
        }
        return MPIError(.unreceived, text + "; receive all that is sent before the function returns")
    }

    /// In the attempt's own communicator: in one that was split off, ranks would have other numbers.
    private func firstWaiting() -> farm_status? {
        let end = Patience.nanoseconds() + Self.probeNanoseconds
        var patience = Patience()
        repeat {
            var isThere: Int32 = 0
            var found = farm_status()
            let any = Int32(FARM_MPI_ANY)
            let code = farm_mpi_iprobe(any, any, communicator.handle, &isThere, &found)
            if code != MPI_SUCCESS { return nil }
            if isThere != 0 { return found }
            _ = patience.pause()
        } while traffic.parts.isEmpty && Patience.nanoseconds() < end
        return nil
    }
}
