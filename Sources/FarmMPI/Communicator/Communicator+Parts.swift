import COpenMPI

/// Operations of all ranks together on arrays of any length, which may differ from rank to rank: the lengths
/// are told first, by a small operation of their own.
extension Communicator {
    /// The values of all ranks, one behind the other by rank, at `root`; nil elsewhere.
    public func gather<Scalar: MPIScalar>(
        _ values: [Scalar], to root: Int = 0
    ) throws(MPIError) -> [Scalar]? {
        let to = try checkRank(root, .gather)
        let layout = try layout(of: values.count, .gather)
        var all = [Scalar](uninitializedCount: rank == root ? layout.total : 0)
        _ = try lend(values) { (values) throws(MPIError) in
            try lend(&all) { (all) throws(MPIError) in
                try perform(.gather) {
                    farm_mpi_igatherv(
                        values.baseAddress, Int32(values.count), all.baseAddress, layout.counts,
                        layout.starts, Scalar.mpiKind.code, to, handle, &$0)
                }
            }
        }
        return rank == root ? all : nil
    }

    /// The values of all ranks, one behind the other by rank, on all ranks.
    public func allGather<Scalar: MPIScalar>(_ values: [Scalar]) throws(MPIError) -> [Scalar] {
        let layout = try layout(of: values.count, .allGather)
        var all = [Scalar](uninitializedCount: layout.total)
        _ = try lend(values) { (values) throws(MPIError) in
            try lend(&all) { (all) throws(MPIError) in
                try perform(.allGather) {
                    farm_mpi_iallgatherv(
                        values.baseAddress, Int32(values.count), all.baseAddress, layout.counts,
                        layout.starts, Scalar.mpiKind.code, handle, &$0)
                }
            }
        }
        return all
    }

    /// Divides the values of `root` among all ranks: of n values the first n mod ``size`` ranks get one more.
    ///
    /// - Parameter values: at `root`; not looked at elsewhere, where it may be nil.
    /// - Returns: this rank's part.
    public func scatter<Scalar: MPIScalar>(
        _ values: [Scalar]?, from root: Int = 0
    ) throws(MPIError) -> [Scalar] {
        let from = try checkRank(root, .scatter)
        // Less than nothing: the root has none. All ranks have to know, or they would wait for it.
        var total = [Int64(rank == root ? values?.count ?? -1 : 0)]
        try broadcast(&total, from: root)
        guard total[0] >= 0 else {
            throw MPIError(.badArgument, "scatter: rank \(root) gave no values to scatter")
        }
        let count = Int(try Library.count(Int(total[0]), .scatter))
        let layout = PartLayout(dividing: count, among: size)
        var part = [Scalar](uninitializedCount: Int(layout.counts[rank]))
        _ = try lend(values ?? []) { (values) throws(MPIError) in
            try lend(&part) { (part) throws(MPIError) in
                try perform(.scatter) {
                    farm_mpi_iscatterv(
                        values.baseAddress, layout.counts, layout.starts, part.baseAddress,
                        Int32(part.count), Scalar.mpiKind.code, from, handle, &$0)
                }
            }
        }
        return part
    }

    /// Sends an array to each rank, and receives one from each.
    ///
    /// - Parameter parts: by rank, of any length.
    /// - Returns: by rank, what they sent to this one.
    public func allToAll<Scalar: MPIScalar>(_ parts: [[Scalar]]) throws(MPIError) -> [[Scalar]] {
        guard parts.count == size else {
            throw MPIError(.badArgument, "all-to-all: \(parts.count) arrays for \(size) ranks; give one each")
        }
        let counts = parts.map(\.count)
        var theirs = [Int](repeating: 0, count: size)
        _ = try lend(counts) { (counts) throws(MPIError) in
            try lend(&theirs) { (theirs) throws(MPIError) in
                try perform(.allToAll) {
                    farm_mpi_ialltoall(
                        counts.baseAddress, theirs.baseAddress, 1, Int.mpiKind.code, handle, &$0)
                }
            }
        }
        let outgoing = try PartLayout(counts, .allToAll)
        let incoming = try PartLayout(theirs, .allToAll)
        let values = Array(parts.joined())
        var received = [Scalar](uninitializedCount: incoming.total)
        _ = try lend(values) { (values) throws(MPIError) in
            try lend(&received) { (received) throws(MPIError) in
                try perform(.allToAll) {
                    farm_mpi_ialltoallv(
                        values.baseAddress, outgoing.counts, outgoing.starts, received.baseAddress,
                        incoming.counts, incoming.starts, Scalar.mpiKind.code, handle, &$0)
                }
            }
        }
        return incoming.parts(of: received)
    }

    /// How long each rank's part is.
    private func layout(of count: Int, _ operation: Operation) throws(MPIError) -> PartLayout {
        var counts = [Int](repeating: 0, count: size)
        _ = try lend([count]) { (own) throws(MPIError) in
            try lend(&counts) { (counts) throws(MPIError) in
                try perform(operation) {
                    farm_mpi_iallgather(
                        own.baseAddress, 1, counts.baseAddress, Int.mpiKind.code, handle, &$0)
                }
            }
        }
        return try PartLayout(counts, operation)
    }
}

extension Array where Element: BitwiseCopyable {
    /// For memory that is written to next.
    fileprivate init(uninitializedCount count: Int) {
        self.init(unsafeUninitializedCapacity: count) { _, filled in filled = count }
    }
}
