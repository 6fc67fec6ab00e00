/// By which tasks of two jobs find each other: the first of a name the first of that name, and so on.
struct PointNames {
    /// Of one name.
    private struct Entry {
        /// The first of the older job; -1 if it has none.
        var first: Int32 = -1
        var oldCount: Int32 = 0
        var newCount: Int32 = 0
    }

    /// From the second of a name on.
    private struct Later: Hashable {
        var name: String
        var occurrence: Int
    }

    private var entries: [String: Entry] = [:]
    private var later: [Later: Int] = [:]
    private var laterOccurrences: [Int: Int] = [:]

    /// The next task of the older job.
    mutating func add(old name: String, at place: Int) {
        entries[name, default: Entry()].oldCount += 1
        let occurrence = Int(entries[name]?.oldCount ?? 1)
        if occurrence == 1 {
            entries[name]?.first = Int32(clamping: place)
        } else {
            later[Later(name: name, occurrence: occurrence)] = place
            laterOccurrences[place] = occurrence
        }
    }

    /// The next task of the newer job: which of its name it is, and its place in the older job.
    mutating func find(new name: String) -> (occurrence: Int, place: Int?) {
        var entry = entries[name] ?? Entry()
        entry.newCount += 1
        entries[name] = entry
        let occurrence = Int(entry.newCount)
        if occurrence == 1 { return (1, entry.first < 0 ? nil : Int(entry.first)) }
        return (occurrence, later[Later(name: name, occurrence: occurrence)])
    }

    /// Which of its name a task of the older job is.
    func occurrence(ofOld place: Int) -> Int { laterOccurrences[place] ?? 1 }

    /// `mesh`, `mesh #2`; `#1` and `#2` for tasks without a name.
    static func words(_ name: String, _ occurrence: Int) -> String {
        if name.isEmpty { return "#\(occurrence)" }
        return occurrence == 1 ? name : "\(name) #\(occurrence)"
    }
}
