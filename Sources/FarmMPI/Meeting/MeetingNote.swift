/// Which attempt a meeting is for: the dispatch's name, the same at all of its ranks and no other's.
struct MeetingName: Hashable, Comparable, Sendable {
    var task: UInt64
    var attempt: UInt32
    var epoch: UInt32

    /// No attempt: they count from 1.
    static let none = MeetingName(task: 0, attempt: 0, epoch: 0)

    /// For MPI's call that makes a communicator, so that two that are made at once are told apart.
    var tag: Int32 {
        var hash = task &* 0x9E37_79B9_7F4A_7C15
        hash ^= (UInt64(attempt) << 32 | UInt64(epoch)) &* 0xC2B2_AE3D_27D4_EB4F
        return Int32(hash >> 49)
    }

    static func < (one: MeetingName, other: MeetingName) -> Bool {
        (one.task, one.attempt, one.epoch) < (other.task, other.attempt, other.epoch)
    }
}

/// What the ranks that are heard of keep from earlier: the attempts that their communicators were made for.
/// A communicator is the same where that is the same.
struct KeptCommunicators: Equatable, Sendable {
    var low: MeetingName
    var high: MeetingName

    init(_ own: MeetingName?) {
        low = own ?? .none
        high = low
    }

    mutating func add(_ other: KeptCommunicators) {
        low = min(low, other.low)
        high = max(high, other.high)
    }

    /// That which all of them keep, if it is the same.
    var common: MeetingName? { low == high && low != .none ? low : nil }
}

/// One message of a meeting. It travels as a few integers.
struct MeetingNote: Sendable {
    static let count = 7

    enum Kind: UInt64 {
        case here = 1
        /// Whoever sent it does not come after all.
        case withdrawn = 2
    }

    var kind: Kind
    var round: UInt32
    var name: MeetingName
    var kept: KeptCommunicators

    init(_ kind: Kind, round: UInt32, _ name: MeetingName, _ kept: KeptCommunicators = .init(nil)) {
        self.kind = kind
        self.round = round
        self.name = name
        self.kept = kept
    }

    func write(to words: UnsafeMutableBufferPointer<UInt64>) {
        words[0] = kind.rawValue << 32 | UInt64(round)
        for (index, name) in [name, kept.low, kept.high].enumerated() {
            words[1 + 2 * index] = name.task
            words[2 + 2 * index] = UInt64(name.attempt) << 32 | UInt64(name.epoch)
        }
    }

    /// Nil if it is none.
    init?(_ words: UnsafeMutableBufferPointer<UInt64>) {
        guard let kind = Kind(rawValue: words[0] >> 32) else { return nil }
        self.init(kind, round: UInt32(truncatingIfNeeded: words[0]), Self.name(words, 1))
        kept.low = Self.name(words, 3)
        kept.high = Self.name(words, 5)
    }

    private static func name(_ words: UnsafeMutableBufferPointer<UInt64>, _ index: Int) -> MeetingName {
        MeetingName(
            task: words[index], attempt: UInt32(truncatingIfNeeded: words[index + 1] >> 32),
            epoch: UInt32(truncatingIfNeeded: words[index + 1]))
    }
}
