import COpenMPI

extension Communicator {
    /// Splits the ranks into groups, each with a communicator of its own, which lives as long as this one.
    /// All ranks call it.
    ///
    /// - Parameters:
    ///   - color: ranks of the same one come together; nil: this rank is in no group.
    ///   - key: by which ranks are numbered in their group, those of the same key as they are here.
    /// - Returns: nil without a color.
    public func split(color: Int?, key: Int = 0) throws(MPIError) -> Communicator? {
        guard (color ?? 0) >= 0, Int32(exactly: color ?? 0) != nil, let key = Int32(exactly: key) else {
            throw MPIError(
                .badArgument, "split: color \(color ?? 0), key \(key); a color is 0 to \(Int32.max)")
        }
        // The call itself cannot be left, so nobody enters it before all are there.
        try perform(.split) { farm_mpi_ibarrier(handle, &$0) }
        var part = farm_mpi_none()
        try check(farm_mpi_split(handle, color.map { Int32($0) } ?? -1, key, &part), .split)
        guard color != nil else { return nil }
        traffic.parts.append(part)
        let count = Int(farm_mpi_size(part))
        let original = (0..<count).map { other in
            let here = Int(farm_mpi_translate(part, Int32(other), handle))
            return originalRanks?[here] ?? here
        }
        return Communicator(part, traffic: traffic, activity: activity, originalRanks: original)
    }

    /// The ranks laid out on a grid.
    ///
    /// - Parameters:
    ///   - sizes: ranks along each axis; 0 where it is to be chosen, so that the grid is as square as can be.
    ///   - periodic: for each axis, whether its ends are neighbours; empty for none.
    /// - Throws: ``MPIError`` with code `badArgument` if they do not come to ``size``.
    public func grid(_ sizes: [Int], periodic: [Bool] = []) throws(MPIError) -> CartesianGrid {
        let text = sizes.map { String($0) }.joined(separator: " × ")
        let wrong = MPIError(.badArgument, "a grid of \(text) is none of \(size) ranks")
        guard !sizes.isEmpty, periodic.isEmpty || periodic.count == sizes.count,
            sizes.allSatisfy({ (0...size).contains($0) })
        else { throw wrong }
        let given = sizes.reduce(1) { $1 == 0 ? $0 : $0.multipliedReportingOverflow(by: $1).partialValue }
        guard given > 0, size % given == 0, sizes.contains(0) || given == size else { throw wrong }
        var chosen = sizes.map { Int32($0) }
        guard farm_mpi_dimensions(Int32(size), Int32(chosen.count), &chosen) == MPI_SUCCESS else {
            throw wrong
        }
        return CartesianGrid(
            sizes: chosen.map { Int($0) },
            periodic: periodic.isEmpty ? sizes.map { _ in false } : periodic, rank: rank)
    }
}
