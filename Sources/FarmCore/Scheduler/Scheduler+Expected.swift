/// Engines that a launcher has asked for and that are not here yet.
public struct ExpectedEngines: Hashable, Sendable {
    /// So many.
    public var count: Int
    /// They will be called so, or so with more behind a `-`.
    public var series: String
    /// Words that tasks can ask for.
    public var tags: [String]

    public init(count: Int, series: String, tags: [String] = []) {
        self.count = count
        self.series = series
        self.tags = tags
    }

    /// Whether one of them may be what targets name. Numbers they have none yet.
    func mayBeTarget(of targets: [String]) -> Bool {
        guard count > 0 else { return false }
        return targets.isEmpty
            || targets.contains { target in
                tags.contains(target) || target == series || target.hasPrefix(series + "-")
            }
    }
}

// Engines to come keep tasks from being impossible that only they could do.
extension Scheduler {
    /// What is pending has changed. O(classes) if something of it is pending no more.
    mutating func expect(
        _ engines: [ExpectedEngines], at now: Instant, into actions: inout SchedulerActions
    ) {
        guard engines != expectedEngines else { return }
        expectedEngines = engines
        // Who waited for those that do not come any more is judged as after a loss.
        hasLostEngines = true
        endHopelessClasses(at: now, into: &actions)
    }

    /// Whether one of those to come may be an engine for the class. Where others ran, or a check has said no,
    /// is the number of one that is or was here.
    func mayGetEngine(_ number: Int32) -> Bool {
        guard !expectedEngines.isEmpty, classes[number].placement.only == nil else { return false }
        return expectedEngines.contains { $0.mayBeTarget(of: classes[number].placement.targets) }
    }
}
