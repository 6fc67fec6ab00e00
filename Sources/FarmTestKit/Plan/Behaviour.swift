/// How the attempts of a group behave; it travels as the template's body, so an engine learns it as it learns
/// a command.
struct Behaviour: Equatable {
    /// What a run takes, by kind.
    enum Length: UInt8, CaseIterable {
        /// Ends within the call that begins it.
        case none
        /// 5 to 400 µs.
        case tiny
        /// 0.5 to 20 ms.
        case short
        /// 30 to 400 ms.
        case medium
        /// 0.5 to 2 s.
        case long
        /// Any of those.
        case mixed
    }

    /// Where the check says that the task cannot run.
    enum Refusal: UInt8 {
        case nowhere
        /// On some machines, but never on its home.
        case somewhere
        case everywhere
    }

    /// What becomes of one attempt.
    struct Course {
        var nanoseconds: Int64
        /// `none`: it succeeds.
        var cause: Cause
        var exitCode: Int32 = 0
        var errorName = ""
    }

    var length: Length
    /// Attempts of a hundred that fail, and that run out of memory.
    var failurePercent: UInt8
    var memoryPercent: UInt8 = 0
    var refusal = Refusal.nowhere
    /// The number of a machine that can do it.
    var home: UInt8 = 0
    /// What a task depends on is one of so many things, by its index; 0: it is not looked up.
    var contents: UInt8 = 0

    var bytes: [UInt8] {
        [length.rawValue, failurePercent, memoryPercent, refusal.rawValue, home, contents]
    }

    init(length: Length, failurePercent: UInt8) {
        self.length = length
        self.failurePercent = failurePercent
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 6, let length = Length(rawValue: bytes[0]),
            let refusal = Refusal(rawValue: bytes[3])
        else { return nil }
        self.init(length: length, failurePercent: bytes[1])
        memoryPercent = bytes[2]
        self.refusal = refusal
        home = bytes[4]
        contents = bytes[5]
    }

    /// By what the task is found again; nil if by nothing.
    func contentKey(of task: TaskID) -> ContentKey? {
        contents == 0 ? nil : ContentKey(high: UInt64(contents), low: UInt64(task.index % UInt32(contents)))
    }

    /// What the attempt takes, and how it ends: the same whenever it runs, and wherever but for what the
    /// machine itself does to it.
    func course(
        of name: DispatchName, on machine: Int, failing percent: Int, seed: UInt64, rank: UInt32? = nil
    ) -> Course {
        if refuses(name.task.job, on: machine, seed: seed) {
            return Course(nanoseconds: 0, cause: .notHere, exitCode: 1)
        }
        var random = SimulationRandom(
            seed: SimulationRandom.hash(seed, name.task.raw, UInt64(name.attempt)))
        // Ranks of one attempt differ.
        if let rank {
            random = SimulationRandom(
                seed: SimulationRandom.hash(seed, name.task.raw, UInt64(name.attempt), UInt64(rank)))
        }
        var cause: Cause = random.chance(Int(failurePercent)) ? .failure : .none
        if random.chance(Int(memoryPercent)) { cause = .outOfMemory }
        if random.chance(percent) { cause = .failure }
        let length = length == .mixed ? random.pick([.tiny, .tiny, .short, .medium, .long]) : length
        let nanoseconds: Int64 =
            switch length {
            case .none, .mixed: 0
            case .tiny: random.time(5_000...400_000)
            case .short: random.time(500_000...20_000_000)
            case .medium: random.time(30_000_000...400_000_000)
            case .long: random.time(500_000_000...2_000_000_000)
            }
        guard cause != .none else { return Course(nanoseconds: nanoseconds, cause: .none) }
        return Course(
            nanoseconds: nanoseconds, cause: cause, exitCode: Int32(random.pick(1...3)),
            errorName: random.pick(["", "Late", "Broken"]))
    }

    private func refuses(_ job: JobID, on machine: Int, seed: UInt64) -> Bool {
        switch refusal {
        case .nowhere: false
        case .somewhere:
            machine != Int(home) && SimulationRandom.hash(seed, UInt64(job.raw), UInt64(machine)) % 2 == 0
        case .everywhere: true
        }
    }
}
