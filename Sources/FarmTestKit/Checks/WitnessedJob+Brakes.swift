/// What a brake has seen.
struct BrakeTally {
    var succeeded: UInt64 = 0
    /// Failed and expired.
    var failed: UInt64 = 0
    /// The turn in which too much had gone wrong; nil: not yet.
    var trippedAt: Int?

    mutating func count(_ state: TaskState) {
        if state == .succeeded { succeeded += 1 }
        if state == .failed || state == .expired { failed += 1 }
    }

    mutating func judge(_ brake: Brake, of tasks: UInt32, isClosed: Bool, turn: Int) {
        guard trippedAt == nil else { return }
        let isDry = brake.canary > 0 && succeeded == 0 && failed >= UInt64(brake.canary)
        let isTooMuch =
            switch brake.maxFailures {
            case .none: false
            case .count(let most): failed > UInt64(most)
            // Of how many tasks is known when all have come.
            case .share(let share): isClosed && failed * 10_000 > UInt64(tasks) * UInt64(share)
            }
        if isDry || isTooMuch { trippedAt = turn }
    }
}

// Brakes by definition: ends are counted in the order of the log.
extension WitnessedJob {
    /// The turn in which the group's brake or the job's had enough; nil: they have not.
    func trippedAt(_ group: Int) -> Int? {
        let both = [groups[group].tally.trippedAt, tally.trippedAt].compactMap(\.self)
        return both.min()
    }

    /// Tasks of some group have ended, or no more come.
    mutating func judgeBrakes(turn: Int) {
        for number in groups.indices {
            groups[number].tally.judge(
                groups[number].spec.policy.brake, of: groups[number].count,
                isClosed: groups[number].isClosed, turn: turn)
        }
        tally.judge(brake, of: taskCount, isClosed: isSealed, turn: turn)
    }

    mutating func count(_ state: TaskState, of index: UInt32, turn: Int) {
        guard let group = group(of: index) else { return }
        groups[group].tally.count(state)
        tally.count(state)
        judgeBrakes(turn: turn)
    }
}
