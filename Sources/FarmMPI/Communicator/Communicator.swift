import COpenMPI

/// The ranks that run a collective task together, as one of them sees the others.
///
/// A function is given one over exactly its ranks; the numbers in it count from 0 and are those of
/// ``TaskContext/rank``. It is good until the function returns, for the thread that runs it.
///
/// - Operations in which all ranks take part must be called by all of them, in the same order.
/// - Whatever waits for others ends when the attempt is told to stop, with ``MPIError`` `cancelled`: as soon as
///   one rank throws, the others are told. After an error the communicator is of no use; throw it on.
/// - A rank that waits gives the processor to others after a third of a millisecond, and sleeps after a
///   millisecond.
/// - Arrays are sent from and received into their own memory. The variants for buffers are for memory that is
///   yours; since MPI may be at it, they come back only when it is done, stopped or not.
public final class Communicator {
    /// This rank's number, from 0.
    public let rank: Int
    /// How many ranks there are.
    public let size: Int

    let handle: farm_comm
    let traffic: Traffic
    let activity: Activity
    /// The same ranks, for messages of our own.
    let inner: InnerRanks
    /// In the attempt's communicator, by rank in this one; nil where it is the same.
    let originalRanks: [Int]?

    init(
        _ handle: farm_comm, traffic: Traffic, activity: Activity, inner: InnerRanks = InnerRanks(),
        originalRanks: [Int]? = nil
    ) {
        self.handle = handle
        self.inner = inner
        self.traffic = traffic
        self.activity = activity
        self.originalRanks = originalRanks
        rank = Int(farm_mpi_rank(handle))
        size = Int(farm_mpi_size(handle))
    }

    /// Seconds since some moment in the past, of this rank's clock.
    public static var wallTime: Double { farm_mpi_wall_time() }

    /// The highest tag that a message may have; the lowest is 0.
    public static let highestTag = Int(farm_mpi_highest_tag())

    /// Waits until all ranks have come here.
    public func barrier() throws(MPIError) {
        try perform(.barrier) { farm_mpi_ibarrier(handle, &$0) }
    }

    // MARK: What all operations go through

    /// How an operation that is told to stop is left.
    enum Stopping {
        /// At once: its memory is kept alive by who calls.
        case leave
        /// When MPI is done with memory that is not ours.
        case finish
    }

    /// Begins an operation and waits until it is done.
    @discardableResult
    func perform(
        _ operation: Operation, _ stopping: Stopping = .leave, _ begin: (inout farm_request) -> Int32
    ) throws(MPIError) -> farm_status {
        activity.operation = operation
        defer { activity.operation = .none }
        var request = farm_mpi_no_request()
        try start(&request, operation, begin)
        return try wait(&request, operation, stopping)
    }

    func start(
        _ request: inout farm_request, _ operation: Operation, _ begin: (inout farm_request) -> Int32
    ) throws(MPIError) {
        guard !traffic.isGivenUp else {
            throw MPIError(.cancelled, "\(operation.word): an earlier operation of the task has failed here")
        }
        try check(begin(&request), operation)
    }

    /// Waits until the request is done, or the attempt is told to stop.
    @discardableResult
    func wait(
        _ request: inout farm_request, _ operation: Operation, _ stopping: Stopping
    ) throws(MPIError) -> farm_status {
        var patience = Patience()
        var status = farm_status()
        var isDone: Int32 = 0
        while true {
            try check(farm_mpi_test(&request, &isDone, &status), operation)
            if isDone != 0 { return status }
            guard patience.pause(), stopping == .leave, Task.isCancelled else { continue }
            try leave(request, operation)
        }
    }

    /// Leaves an operation that goes on.
    func leave(_ request: farm_request, _ operation: Operation) throws(MPIError) -> Never {
        traffic.isGivenUp = true
        traffic.unfinished.append(Leftovers.Item(requests: [request]))
        throw MPIError(.cancelled, "told to stop in \(operation.word)")
    }

    /// As `Library.check`; after an error nothing of the attempt's is used again.
    func check(_ code: Int32, _ operation: Operation) throws(MPIError) {
        guard code != MPI_SUCCESS else { return }
        traffic.isGivenUp = true
        try Library.check(code, operation)
    }

    // MARK: Arguments

    func checkRank(_ other: Int, _ operation: Operation) throws(MPIError) -> Int32 {
        guard other >= 0, other < size else {
            throw MPIError(
                .badArgument,
                "\(operation.word): there is no rank \(other) among \(size); they count from 0 to \(size - 1)"
            )
        }
        return Int32(other)
    }

    func checkTag(_ tag: Int, _ operation: Operation) throws(MPIError) -> Int32 {
        guard tag >= 0, tag <= Self.highestTag else {
            throw MPIError(
                .badArgument, "\(operation.word): tag \(tag); tags go from 0 to \(Self.highestTag)")
        }
        return Int32(tag)
    }

    /// A part of `count` for each rank.
    func checkParts(_ count: Int, of whole: Int, _ operation: Operation) throws(MPIError) -> Int32 {
        guard whole == count * size else {
            throw MPIError(
                .badArgument,
                "\(operation.word): room for \(whole) elements, but \(size) ranks of \(count) each are \(count * size)"
            )
        }
        return try Library.count(count, operation)
    }

    // MARK: Memory of arrays

    /// Gives an array's own memory to `body`; it lives on if an operation on it is left.
    func lend<Element, Result>(
        _ values: [Element], _ body: (UnsafeBufferPointer<Element>) throws(MPIError) -> Result
    ) throws(MPIError) -> Result {
        do throws(MPIError) {
            return try values.withUnsafeBufferPointer { (buffer) throws(MPIError) in try body(buffer) }
        } catch {
            traffic.hold(values)
            throw error
        }
    }

    /// As ``lend(_:_:)-(_,(UnsafeBufferPointer<Element>)->Result)``, to be written to.
    func lend<Element, Result>(
        _ values: inout [Element], _ body: (UnsafeMutableBufferPointer<Element>) throws(MPIError) -> Result
    ) throws(MPIError) -> Result {
        do throws(MPIError) {
            return try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in try body(buffer) }
        } catch {
            traffic.hold(values)
            throw error
        }
    }
}
