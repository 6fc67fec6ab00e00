/// The attempt whose orphans are looked for.
struct OrphansOwner {
    var serial: UInt64
    /// Its main process; the number of its session.
    var pid: Int32
}
