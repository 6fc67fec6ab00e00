import FarmTransport
import TaskFarm

/// Tasks that did not succeed, by what they have in common.
struct FailureGroups {
    /// Failures with one fingerprint.
    struct Group {
        var fingerprint: FailureFingerprint
        var count = 0
        /// Ids and names of the first.
        var first: [(id: TaskID, name: String)] = []
        /// The first one's error and last output, as they are.
        var error: String
        var output: String
    }

    private(set) var groups: [Group] = []
    private var places: [FailureFingerprint: Int] = [:]
    /// Those beyond the limit of fingerprints.
    private(set) var otherCount = 0

    private static let mostGroups = 1_000
    private static let mostFirst = 5
    private static let mostErrorBytes = 2_048

    mutating func add(_ row: ResultRow) {
        let facts = row.facts
        let error = facts.error
        let fingerprint = FailureFingerprint(
            state: facts.state, cause: facts.cause, exitCode: facts.exitCode, error: error)
        let place = places[fingerprint] ?? groups.count
        if place == groups.count {
            guard groups.count < Self.mostGroups else { return otherCount += 1 }
            places[fingerprint] = place
            groups.append(
                Group(
                    fingerprint: fingerprint,
                    error: String(decoding: error.utf8.prefix(Self.mostErrorBytes), as: UTF8.self),
                    output: String(decoding: facts.output, as: UTF8.self)))
        }
        groups[place].count += 1
        if groups[place].first.count < Self.mostFirst {
            groups[place].first.append((facts.id, row.name))
        }
    }

    /// The most frequent first.
    var sorted: [Group] {
        groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(
            \.element)
    }

    var total: Int { groups.reduce(otherCount) { $0 + $1.count } }
}
