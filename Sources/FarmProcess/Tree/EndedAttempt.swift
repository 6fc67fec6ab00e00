/// The attempt whose leftovers are looked for.
struct EndedAttempt {
    var serial: UInt64
    /// Its main process, which is reaped; the number of its session.
    var pid: Int32
}
