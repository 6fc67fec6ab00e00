/// What a runner is asked to do.
enum RunnerCommand: Sendable {
    case start(SpawnRequest, token: UInt64)
    case signal(Int32, token: UInt64)
    case terminate(Int32, graceNanoseconds: UInt64, token: UInt64)
    case stop
}
