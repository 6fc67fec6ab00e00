/// What a round of looking for leftovers came to.
struct LeftoverRound {
    /// Processes of the attempt that were there, dead ones included. The attempt is clean when a round finds
    /// none: a process that dies hands us its children only then.
    var found = 0
    /// How many were killed for the first time.
    var killed = 0
    /// What those that were reaped had used.
    var usage = ResourceUsage()
}
