import COpenMPI

/// Messages from one rank to another.
///
/// Messages between two ranks arrive in the order in which they were sent. Each has a tag, by which the
/// receiver can choose. What is sent has to be received before the function returns: an attempt that leaves
/// messages behind fails.
extension Communicator {
    /// Sends an array. May wait until the receiver has begun to receive.
    public func send<Scalar: MPIScalar>(_ values: [Scalar], to other: Int, tag: Int = 0) throws(MPIError) {
        try lend(values) { (buffer) throws(MPIError) in try send(buffer, other, tag, .leave) }
    }

    /// Sends what lies in memory of yours.
    public func send<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, to other: Int, tag: Int = 0
    ) throws(MPIError) {
        try send(values, other, tag, .finish)
    }

    private func send<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, _ other: Int, _ tag: Int, _ stopping: Stopping
    ) throws(MPIError) {
        let to = try checkRank(other, .send)
        let tag = try checkTag(tag, .send)
        let count = try Library.count(values.count, .send)
        try perform(.send, stopping) {
            farm_mpi_isend(values.baseAddress, count, Scalar.mpiKind.code, to, tag, handle, &$0)
        }
        countSent(to: other)
    }

    /// Receives a message into an array, from its beginning.
    ///
    /// - Parameters:
    ///   - values: as long as the message or longer.
    ///   - other: whose message; nil for anybody's.
    ///   - tag: of which tag; nil for any.
    /// - Throws: ``MPIError`` with code `tooLong` if the message is longer than the array.
    @discardableResult
    public func receive<Scalar: MPIScalar>(
        into values: inout [Scalar], from other: Int? = nil, tag: Int? = nil
    ) throws(MPIError) -> MessageStatus {
        try lend(&values) { (buffer) throws(MPIError) in
            try receive(into: buffer, from: other, tag: tag)
        }
    }

    /// Receives a message into memory of yours.
    @discardableResult
    public func receive<Scalar: MPIScalar>(
        into values: UnsafeMutableBufferPointer<Scalar>, from other: Int? = nil, tag: Int? = nil
    ) throws(MPIError) -> MessageStatus {
        var request = farm_mpi_no_request()
        try startReceiving(into: values, from: other, tag: tag, .receive, &request)
        activity.operation = .receive
        defer { activity.operation = .none }
        return try finishReceiving(Scalar.self, &request, .receive)
    }

    /// Receives a message of whatever length.
    public func receive<Scalar: MPIScalar>(
        _ type: Scalar.Type, from other: Int? = nil, tag: Int? = nil
    ) throws(MPIError) -> (values: [Scalar], status: MessageStatus) {
        let from = try other.map { (other) throws(MPIError) in try checkRank(other, .receive) }
        let tag = try tag.map { (tag) throws(MPIError) in try checkTag(tag, .receive) }
        activity.operation = .receive
        defer { activity.operation = .none }
        var message = farm_message()
        let found = try waitForMessage(.receive) {
            farm_mpi_improbe(
                from ?? Int32(FARM_MPI_ANY), tag ?? Int32(FARM_MPI_ANY), handle, &$0, &message, &$1)
        }
        let count = Int(found.bytes) / MemoryLayout<Scalar>.stride
        let values = try [Scalar](unsafeUninitializedCapacity: count) { (buffer, filled) throws(MPIError) in
            var request = farm_mpi_no_request()
            // It is on its way already, so this is not long.
            try start(&request, .receive) {
                farm_mpi_imrecv(buffer.baseAddress, Int32(count), Scalar.mpiKind.code, &message, &$0)
            }
            try wait(&request, .receive, .finish)
            filled = count
        }
        countReceived()
        return (values, MessageStatus(source: Int(found.source), tag: Int(found.tag), count: count))
    }

    /// Waits until a message is there, and tells what it is; it is still to be received.
    ///
    /// - Parameter type: what ``MessageStatus/count`` counts.
    public func probe<Scalar: MPIScalar>(
        _ type: Scalar.Type, from other: Int? = nil, tag: Int? = nil
    ) throws(MPIError) -> MessageStatus {
        let from = try other.map { (other) throws(MPIError) in try checkRank(other, .probe) }
        let tag = try tag.map { (tag) throws(MPIError) in try checkTag(tag, .probe) }
        activity.operation = .probe
        defer { activity.operation = .none }
        let found = try waitForMessage(.probe) {
            farm_mpi_iprobe(from ?? Int32(FARM_MPI_ANY), tag ?? Int32(FARM_MPI_ANY), handle, &$0, &$1)
        }
        return status(found, Scalar.self)
    }

    /// Sends to one neighbour and receives from another at the same time, so that all ranks may do it.
    ///
    /// - Parameters:
    ///   - other: nil where there is no neighbour: nothing is sent.
    ///   - received: as long as the message or longer.
    ///   - source: nil where there is no neighbour: `received` stays as it is.
    /// - Returns: what was received; nil if there was nobody to receive from.
    @discardableResult
    public func exchange<Scalar: MPIScalar>(
        _ values: [Scalar], to other: Int?, into received: inout [Scalar], from source: Int?, tag: Int = 0
    ) throws(MPIError) -> MessageStatus? {
        try lend(values) { (values) throws(MPIError) in
            try lend(&received) { (received) throws(MPIError) in
                try exchange(values, other, received, source, tag, .leave)
            }
        }
    }

    /// The same with memory of yours, as the edges of a field that several ranks have a part of.
    @discardableResult
    public func exchange<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, to other: Int?,
        into received: UnsafeMutableBufferPointer<Scalar>, from source: Int?, tag: Int = 0
    ) throws(MPIError) -> MessageStatus? {
        try exchange(values, other, received, source, tag, .finish)
    }

    private func exchange<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, _ other: Int?,
        _ received: UnsafeMutableBufferPointer<Scalar>, _ source: Int?, _ tag: Int, _ stopping: Stopping
    ) throws(MPIError) -> MessageStatus? {
        activity.operation = .exchange
        defer { activity.operation = .none }
        var incoming = farm_mpi_no_request()
        if let source {
            try startReceiving(into: received, from: source, tag: tag, .exchange, &incoming)
        }
        if let other {
            do throws(MPIError) {
                let to = try checkRank(other, .exchange)
                let tag = try checkTag(tag, .exchange)
                let count = try Library.count(values.count, .exchange)
                var outgoing = farm_mpi_no_request()
                try start(&outgoing, .exchange) {
                    farm_mpi_isend(values.baseAddress, count, Scalar.mpiKind.code, to, tag, handle, &$0)
                }
                try wait(&outgoing, .exchange, stopping)
                countSent(to: other)
            } catch {
                if source != nil { try? takeBack(&incoming, .exchange) }
                throw error
            }
        }
        guard source != nil else { return nil }
        return try finishReceiving(Scalar.self, &incoming, .exchange)
    }
}
