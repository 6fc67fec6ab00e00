import COpenMPI

/// Operations of all ranks together, with equal parts: one call of MPI's each, nothing copied. The memory of
/// arrays is as long on all ranks, or as the parameter says.
extension Communicator {
    /// Gives the values of `root` to all.
    public func broadcast<Scalar: MPIScalar>(
        _ values: inout [Scalar], from root: Int = 0
    ) throws(MPIError) {
        try lend(&values) { (buffer) throws(MPIError) in try broadcast(buffer, root, .leave) }
    }

    /// The same in memory of yours.
    public func broadcast<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, from root: Int = 0
    ) throws(MPIError) {
        try broadcast(values, root, .finish)
    }

    private func broadcast<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ root: Int, _ stopping: Stopping
    ) throws(MPIError) {
        let from = try checkRank(root, .broadcast)
        let count = try Library.count(values.count, .broadcast)
        try perform(.broadcast, stopping) {
            farm_mpi_ibcast(values.baseAddress, count, Scalar.mpiKind.code, from, handle, &$0)
        }
    }

    /// Reduces the ranks' values, one by one; the result takes their place at `root`, elsewhere they stay.
    public func reduce<Scalar: MPIScalar>(
        _ values: inout [Scalar], _ reduction: Reduction, to root: Int = 0
    ) throws(MPIError) {
        try lend(&values) { (buffer) throws(MPIError) in try reduce(buffer, reduction, root, .leave) }
    }

    /// The same in memory of yours.
    public func reduce<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction, to root: Int = 0
    ) throws(MPIError) {
        try reduce(values, reduction, root, .finish)
    }

    private func reduce<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction, _ root: Int,
        _ stopping: Stopping
    ) throws(MPIError) {
        let to = try checkRank(root, .reduce)
        let count = try Library.count(values.count, .reduce)
        let isRoot: Int32 = rank == root ? 1 : 0
        try perform(.reduce, stopping) {
            farm_mpi_ireduce(
                values.baseAddress, isRoot == 1 ? values.baseAddress : nil, isRoot, count,
                Scalar.mpiKind.code, reduction.code, to, handle, &$0)
        }
    }

    /// Reduces the ranks' values, one by one; the result takes their place on all ranks.
    public func allReduce<Scalar: MPIScalar>(
        _ values: inout [Scalar], _ reduction: Reduction
    ) throws(MPIError) {
        try lend(&values) { (buffer) throws(MPIError) in try allReduce(buffer, reduction, .leave) }
    }

    /// The same in memory of yours.
    public func allReduce<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction
    ) throws(MPIError) {
        try allReduce(values, reduction, .finish)
    }

    private func allReduce<Scalar: MPIScalar>(
        _ values: UnsafeMutableBufferPointer<Scalar>, _ reduction: Reduction, _ stopping: Stopping
    ) throws(MPIError) {
        let count = try Library.count(values.count, .allReduce)
        if reducesInRing(bytes: values.count * MemoryLayout<Scalar>.stride) {
            return try ringReduce(values, reduction, stopping)
        }
        try perform(.allReduce, stopping) {
            farm_mpi_iallreduce(
                nil, values.baseAddress, 1, count, Scalar.mpiKind.code, reduction.code, handle, &$0)
        }
    }

    /// One number of each rank, reduced.
    public func allReduce<Scalar: MPIScalar>(
        _ value: Scalar, _ reduction: Reduction
    ) throws(MPIError) -> Scalar {
        var values = [value]
        try allReduce(&values, reduction)
        return values[0]
    }

    /// Puts the ranks' parts one behind the other, by rank.
    ///
    /// - Parameters:
    ///   - values: as many on all ranks.
    ///   - all: at `root`, as many times that as there are ranks; elsewhere nil.
    public func gather<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, into all: UnsafeMutableBufferPointer<Scalar>?,
        at root: Int = 0
    ) throws(MPIError) {
        let to = try checkRank(root, .gather)
        let room = rank == root ? all?.count ?? 0 : values.count * size
        let count = try checkParts(values.count, of: room, .gather)
        try perform(.gather, .finish) {
            farm_mpi_igather(
                values.baseAddress, count, all?.baseAddress, Scalar.mpiKind.code, to, handle, &$0)
        }
    }

    /// Gives each rank its part of what `root` has.
    ///
    /// - Parameters:
    ///   - all: at `root`, as many times `values` as there are ranks; elsewhere nil.
    ///   - values: as many on all ranks.
    public func scatter<Scalar: MPIScalar>(
        _ all: UnsafeBufferPointer<Scalar>?, into values: UnsafeMutableBufferPointer<Scalar>,
        from root: Int = 0
    ) throws(MPIError) {
        let from = try checkRank(root, .scatter)
        let there = rank == root ? all?.count ?? 0 : values.count * size
        let count = try checkParts(values.count, of: there, .scatter)
        try perform(.scatter, .finish) {
            farm_mpi_iscatter(
                all?.baseAddress, values.baseAddress, count, Scalar.mpiKind.code, from, handle, &$0)
        }
    }

    /// As ``gather(_:into:at:)``, on all ranks.
    public func allGather<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, into all: UnsafeMutableBufferPointer<Scalar>
    ) throws(MPIError) {
        let count = try checkParts(values.count, of: all.count, .allGather)
        try perform(.allGather, .finish) {
            farm_mpi_iallgather(
                values.baseAddress, count, all.baseAddress, Scalar.mpiKind.code, handle, &$0)
        }
    }

    /// Gives each rank one part of what each has: part j of rank i becomes part i of rank j.
    ///
    /// - Parameters:
    ///   - values: a part for each rank, all of the same length.
    ///   - received: as long.
    public func allToAll<Scalar: MPIScalar>(
        _ values: UnsafeBufferPointer<Scalar>, into received: UnsafeMutableBufferPointer<Scalar>
    ) throws(MPIError) {
        let part = values.count / size
        let count = try checkParts(part, of: values.count, .allToAll)
        _ = try checkParts(part, of: received.count, .allToAll)
        try perform(.allToAll, .finish) {
            farm_mpi_ialltoall(
                values.baseAddress, received.baseAddress, count, Scalar.mpiKind.code, handle, &$0)
        }
    }
}
