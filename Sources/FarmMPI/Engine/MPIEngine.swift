public import FarmEngine

/// The entry point of an engine's executable that is started by `mpiexec`.
///
/// ```swift
/// @main struct MyEngine {
///     static func main() async { await MPIEngine.main(functions: [Pi.self]) }
/// }
/// ```
/// `mpiexec -n 4 MyEngine` makes one pool of four ranks, which collective tasks run on. The process that
/// `mpiexec` starts is the nanny, as with any engine; its worker joins MPI's world in its place.
public enum MPIEngine {
    /// Runs an engine by the command line of this process, which is that of any engine
    /// (``EngineOptions/help``) without `--pool`.
    ///
    /// Exits as ``Engine/main(functions:)`` does, but starts no worker again: what the ranks share is gone with
    /// any of them. 75 says that the whole pool is to be started anew.
    public static func main(functions: [any TaskFunction.Type] = []) async -> Never {
        await Engine.main(functions: functions, world: MPIWorld())
    }
}
