import COpenMPI

/// What all ways to receive have in common.
extension Communicator {
    func startReceiving<Scalar: MPIScalar>(
        into values: UnsafeMutableBufferPointer<Scalar>, from other: Int?, tag: Int?,
        _ operation: Operation, _ request: inout farm_request
    ) throws(MPIError) {
        let from = try other.map { (other) throws(MPIError) in try checkRank(other, operation) }
        let tag = try tag.map { (tag) throws(MPIError) in try checkTag(tag, operation) }
        let count = try Library.count(values.count, operation)
        try start(&request, operation) {
            farm_mpi_irecv(
                values.baseAddress, count, Scalar.mpiKind.code, from ?? Int32(FARM_MPI_ANY),
                tag ?? Int32(FARM_MPI_ANY), handle, &$0)
        }
    }

    /// Waits for the message. Told to stop, it takes the receive back; a message that comes at that moment
    /// is received to its end.
    func finishReceiving<Scalar: MPIScalar>(
        _ type: Scalar.Type, _ request: inout farm_request, _ operation: Operation
    ) throws(MPIError) -> MessageStatus {
        var patience = Patience()
        var found = farm_status()
        var isDone: Int32 = 0
        while true {
            try check(farm_mpi_test(&request, &isDone, &found), operation)
            if isDone != 0 { break }
            guard patience.pause(), Task.isCancelled else { continue }
            try takeBack(&request, operation)
            throw MPIError(.cancelled, "told to stop in \(operation.word)")
        }
        countReceived()
        return status(found, type)
    }

    /// Afterwards MPI does not touch the memory any more.
    func takeBack(_ request: inout farm_request, _ operation: Operation) throws(MPIError) {
        traffic.isGivenUp = true
        try Library.check(farm_mpi_cancel(&request), operation)
        try wait(&request, operation, .finish)
    }

    func status<Scalar: MPIScalar>(_ found: farm_status, _ type: Scalar.Type) -> MessageStatus {
        MessageStatus(
            source: Int(found.source), tag: Int(found.tag),
            count: Int(found.bytes) / MemoryLayout<Scalar>.stride)
    }

    /// Looks until something is there.
    func waitForMessage(
        _ operation: Operation, _ look: (inout Int32, inout farm_status) -> Int32
    ) throws(MPIError) -> farm_status {
        guard !traffic.isGivenUp else {
            throw MPIError(.cancelled, "\(operation.word): an earlier operation of the task has failed here")
        }
        var patience = Patience()
        var isThere: Int32 = 0
        var found = farm_status()
        while true {
            try check(look(&isThere, &found), operation)
            if isThere != 0 { return found }
            guard patience.pause(), Task.isCancelled else { continue }
            traffic.isGivenUp = true
            throw MPIError(.cancelled, "told to stop in \(operation.word)")
        }
    }

    func countSent(to other: Int) { traffic.balance[originalRanks?[other] ?? other] += 1 }

    func countReceived() { traffic.balance[originalRanks?[rank] ?? rank] -= 1 }
}
