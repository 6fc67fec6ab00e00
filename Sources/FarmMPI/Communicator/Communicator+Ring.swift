import COpenMPI

/// The all-reduce of long arrays, as a ring of messages (Patarasuk and Yuan 2009): each rank adds to one part
/// after the other what has come round so far; then the finished parts go round. Each rank sends and receives
/// 2 (k − 1) / k times the array, which is as little as can be.
///
/// MPI's own operation is as good only where it blocks, and nobody is to wait in a call that cannot be left;
/// what Open MPI does without blocking takes twice as long (decision 24).
extension Communicator {
    /// With shorter parts, what counts is the number of messages, of which a ring has most.
    private static let shortestPartBytes = 64 << 10
    /// Of two ranks a ring has no more messages than anything else.
    private static let shortestPartOfTwoBytes = 4 << 10

    /// Whether arrays of so many bytes are reduced in a ring; the same on all ranks.
    func reducesInRing(bytes: Int) -> Bool {
        guard size > 1 else { return false }
        return bytes / size >= (size == 2 ? Self.shortestPartOfTwoBytes : Self.shortestPartBytes)
    }

    func ringReduce<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction, _ stopping: Stopping
    ) throws(MPIError) {
        let ring = try innerHandle(.allReduce)
        activity.operation = .allReduce
        defer { activity.operation = .none }
        let parts = PartLayout(dividing: values.count, among: size)
        let scratch = inner.scratch(Scalar.self, count: Int(parts.counts[0]))
        // Whose part is whose changes from call to call: arrays that are reduced again and again then take
        // two thirds of the time or less (decision 24).
        let shift = inner.nextShift(among: size)
        let next = Int32((rank + 1) % size)
        let before = Int32((rank + size - 1) % size)
        for round in 0..<2 * (size - 1) {
            let isReducing = round < size - 1
            let given = (rank - round + shift + 2 * size) % size
            let taken = (given + size - 1) % size
            let own = values.baseAddress! + Int(parts.starts[taken])
            let count = parts.counts[taken]
            var incoming = farm_mpi_no_request()
            var outgoing = farm_mpi_no_request()
            try start(&incoming, .allReduce) {
                farm_mpi_irecv(
                    isReducing ? scratch.baseAddress : own, count, Scalar.mpiKind.code, before, 0, ring, &$0)
            }
            do throws(MPIError) {
                try start(&outgoing, .allReduce) {
                    farm_mpi_isend(
                        values.baseAddress! + Int(parts.starts[given]), parts.counts[given],
                        Scalar.mpiKind.code, next, 0, ring, &$0)
                }
            } catch {
                leave(incoming)
                throw error
            }
            do throws(MPIError) { try wait(&incoming, .allReduce, stopping) } catch {
                // The other request has ended, or is left already.
                leave(outgoing)
                throw error
            }
            if isReducing {
                let code = farm_mpi_reduce_local(
                    scratch.baseAddress, own, count, Scalar.mpiKind.code, reduction.code)
                try check(code, .allReduce)
            }
            try wait(&outgoing, .allReduce, stopping)
        }
        inner.trim()
    }

    /// Leaves a message to MPI, and its memory.
    private func leave(_ request: farm_request) {
        traffic.alsoUnfinished(request)
        traffic.hold(inner, bytes: inner.scratchBytes)
    }

    /// For messages of our own among these ranks.
    private func innerHandle(_ operation: Operation) throws(MPIError) -> farm_comm {
        if let made = inner.handle { return made }
        // The call itself cannot be left, so nobody enters it before all are there.
        try perform(operation) { farm_mpi_ibarrier(handle, &$0) }
        var made = farm_mpi_none()
        try check(farm_mpi_duplicate(handle, &made), operation)
        inner.handle = made
        // That of the whole attempt is kept with its communicator.
        if originalRanks != nil { traffic.parts.append(made) }
        return made
    }
}
