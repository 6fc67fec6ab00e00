/// Which tasks of another job a group does again, or from which index on it goes on with an array.
struct GroupPoints {
    /// The index there of each task, rising; empty if it does none again.
    var points: [UInt32]
    /// The index there at which the group's template begins to count; without points, the index with which
    /// the template of the first task is expanded.
    var base: UInt32
}

// What a group's record leaves out: what groups share, and what only few have.
extension Scheduler {
    /// What the group was submitted as, without its payloads and what it waited for.
    public func group(_ slot: Int32) -> GroupSpec {
        let points = groupPoints[slot]
        return GroupSpec(
            template: groups[slot].template, count: groups[slot].count, name: groupNames[slot] ?? "",
            policy: policies[groups[slot].policy], points: points?.points ?? [],
            pointBase: points?.base ?? 0)
    }

    /// The index that the template of the task at this offset is expanded with. O(1).
    func templateIndex(of group: Int32, _ offset: UInt32) -> UInt32 {
        guard groups[group].hasPoints, let points = groupPoints[group] else { return offset }
        return points.points.isEmpty ? offset &+ points.base : points.points[Int(offset)] &- points.base
    }

    /// Those that it does again; empty for most groups.
    func pointsDone(by group: Int32) -> [UInt32] {
        groups[group].hasPoints ? groupPoints[group]?.points ?? [] : []
    }

    mutating func removeGroup(_ group: Int32) {
        // Those of a group that was cancelled before all its tasks had come are still there.
        dropConditions(of: group)
        dropWatches(of: group)
        policies.release(groups[group].policy)
        if groups[group].hasPoints { groupPoints[group] = nil }
        if !groupNames.isEmpty { groupNames[group] = nil }
        groups.remove(group)
    }
}
