import COpenMPI

/// The communicators that attempts have left clean, by their ranks: to make one takes a hundred times as long
/// as to meet.
///
/// Whether one is kept is agreed upon: where one of its ranks has no room, all free it together.
struct CommunicatorCache: @unchecked Sendable {
    static let most = 64

    private enum Entry {
        /// Somebody is about to keep one here.
        case reserved
        case kept(farm_comm, InnerRanks, madeFor: MeetingName)
    }

    private var entries: [[UInt32]: Entry] = [:]

    /// The attempt that the one for these ranks was made for; nil if there is none.
    func madeFor(_ ranks: [UInt32]) -> MeetingName? {
        guard case .kept(_, _, let name) = entries[ranks] else { return nil }
        return name
    }

    /// Takes out what is kept for these ranks.
    mutating func take(_ ranks: [UInt32]) -> (handle: farm_comm, inner: InnerRanks)? {
        guard case .kept(let handle, let inner, _) = entries[ranks] else { return nil }
        entries[ranks] = nil
        return (handle, inner)
    }

    /// Makes room for these ranks; false if there is none.
    mutating func reserve(_ ranks: [UInt32]) -> Bool {
        guard entries[ranks] == nil, entries.count < Self.most else { return false }
        entries[ranks] = .reserved
        return true
    }

    /// Gives back what was reserved.
    mutating func release(_ ranks: [UInt32]) { entries[ranks] = nil }

    /// Keeps one where room was reserved.
    mutating func keep(
        _ handle: farm_comm, _ inner: InnerRanks, madeFor name: MeetingName, _ ranks: [UInt32]
    ) {
        entries[ranks] = .kept(handle, inner, madeFor: name)
    }
}
