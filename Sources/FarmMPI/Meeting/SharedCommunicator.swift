import COpenMPI

/// A handle of MPI's, which may be used by any thread.
struct SharedCommunicator: @unchecked Sendable {
    var value: farm_comm
}
