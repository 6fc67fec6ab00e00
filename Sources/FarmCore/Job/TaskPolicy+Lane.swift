// What a policy must be like for tasks in a lane: they run once or not at all, in order, on one engine.
extension TaskPolicy {
    /// What is wrong with the policy of a task in a lane, in words that follow what has it; nil if nothing
    /// is. Precondition: it has a lane.
    var laneProblem: String? {
        let place = "is in lane '\(lane)'"
        if lane.utf8.count > Self.longestLaneName {
            return "is in a lane whose name has \(lane.utf8.count) bytes; it may have \(Self.longestLaneName)"
        }
        if targets.count != 1 || targets[0].isEmpty {
            return "\(place) and names \(targets.count) targets; a lane is on one engine: name that one"
        }
        let never = "nothing is tried again in a lane"
        if retry.failure > 0 || retry.timeout > 0 || retry.outOfMemory > 0 {
            return "\(place) and has a retry: \(never); leave it out, or set it to 0"
        }
        if retry.engineLost != 0, retry.engineLost != RetryPolicy().engineLost {
            return "\(place) and has an engine-lost retry: \(never); leave it out, or set it to 0"
        }
        if !recoveries.isEmpty { return "\(place) and has a recovery: \(never)" }
        if !brake.isNone { return "\(place) and has brakes: one task of a lane runs at a time as it is" }
        if speculate { return "\(place) and may be copied (speculate): nothing runs twice in a lane" }
        if skipsUnchanged {
            return "\(place) and may be skipped (skip-unchanged): what runs in a lane changes its engine"
        }
        if collective != nil { return "\(place) and is collective: a lane is on one engine" }
        if follow != nil { return "\(place) and follows others: its engine is the one that it names" }
        if needs != Needs() { return "\(place) and has needs: it takes none of its engine's slots or CPUs" }
        return nil
    }

    /// Bytes that the name of a lane may have.
    public static let longestLaneName = 100
}
