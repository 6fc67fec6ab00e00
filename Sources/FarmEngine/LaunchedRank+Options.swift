import FarmTransport

extension LaunchedRank {
    /// For an engine that joins the world of its ranks by itself.
    /// - Throws: ``EngineError``: it is no rank, or has a place in another pool.
    /// - Parameter line: how it should have been started.
    static func joinWorld(
        _ options: inout EngineOptions, _ line: String, _ own: LaunchedRank? = own
    ) throws(EngineError) {
        guard let own else {
            throw EngineError(
                .cannotStart,
                "this engine is a rank of a pool and is started by mpiexec, as in `\(line)`; "
                    + "an engine without MPI is `tasks engine start`")
        }
        guard options.pool == .automatic || options.pool == .launched else {
            throw EngineError(
                .badArgument, "`--pool`: the ranks that mpiexec starts are a pool; leave it out")
        }
        own.number(&options)
    }

    /// Gives an engine that knows nothing of MPI its place among those that were started with it, if it is to
    /// have one.
    /// - Returns: whether it shares its pool with all that its launcher has started.
    /// - Throws: ``EngineError``: a pool of ranks was asked for, and this is none of any.
    static func findPool(
        _ options: inout EngineOptions, _ own: LaunchedRank? = own
    ) throws(EngineError) -> Bool {
        switch options.pool {
        case .alone, .seat: return false
        case .automatic:
            // `srun` and others start engines that are to have nothing to do with each other.
            guard let own, own.launcher == .openMPI, own.seat != nil else {
                options.pool = .alone
                return false
            }
        case .launched: break
        }
        guard let own else {
            throw EngineError(
                .cannotStart,
                "`--pool ranks`: neither mpiexec nor srun has started this engine; start it as in `mpiexec -n 4 "
                    + "tasks engine start`, or say its place: `--pool KEY:RANK/SIZE`")
        }
        guard let seat = own.seat else {
            throw EngineError(
                .cannotStart,
                "`--pool ranks`: what has started this engine as rank \(own.rank) of \(own.size) does not say of which "
                    + "job, as Open MPI's mpiexec and srun do; say its place: `--pool KEY:\(own.rank)/\(own.size)`, with a "
                    + "key of 32 hexadecimal digits that is the same for all")
        }
        if let problem = seat.problem { throw EngineError(.cannotStart, "`--pool ranks`: it is \(problem)") }
        options.pool = .seat(seat)
        own.number(&options)
        return true
    }
}
