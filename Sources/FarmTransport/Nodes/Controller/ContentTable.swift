import FarmWire

/// Where the tasks are that have succeeded by a content key: the newest of each.
///
/// Memory: 46 to 69 bytes a key (measured with 0.7 to 1.5 million). Those of jobs that are forgotten are
/// dropped when they are the most.
struct ContentTable {
    /// A task's end in its job's outcome log.
    struct Place: Equatable {
        var job: UInt32
        var cursor: UInt64
    }

    private var places: [ContentKey: Place] = [:]
    /// Keys of each job, as many as were noted: some may have been noted anew by others.
    private var counts: [UInt32: Int] = [:]
    /// Keys of forgotten jobs, at most.
    private var staleCount = 0

    /// Keys that are known.
    var count: Int { places.count }

    subscript(key: ContentKey) -> Place? { places[key] }

    mutating func note(_ key: ContentKey, at place: Place) {
        places[key] = place
        counts[place.job, default: 0] += 1
    }

    /// What it names is not there.
    mutating func drop(_ key: ContentKey) { places[key] = nil }

    /// Nothing of the job is kept any more. O(1) a key over the table's life.
    mutating func forget(_ job: JobID) {
        guard let count = counts.removeValue(forKey: job.raw) else { return }
        staleCount += count
        guard staleCount * 2 > places.count else { return }
        places = places.filter { counts[$0.value.job] != nil }
        staleCount = 0
    }
}
