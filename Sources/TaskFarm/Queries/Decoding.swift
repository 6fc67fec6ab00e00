import Foundation

// How the values of answers are written: ids as numbers and `12.3`, moments as nanoseconds, states as words.
// Helpers rather than conformances, which would belong to the whole program.
extension KeyedDecodingContainer {
    func job(_ key: Key) throws -> JobID { JobID(try decode(UInt32.self, forKey: key)) }
    func instant(_ key: Key) throws -> Instant { Instant(nanoseconds: try decode(Int64.self, forKey: key)) }

    /// Nil for 0 and where it is missing.
    func laterInstant(_ key: Key) throws -> Instant? {
        let nanoseconds = try decodeIfPresent(Int64.self, forKey: key) ?? 0
        return nanoseconds == 0 ? nil : Instant(nanoseconds: nanoseconds)
    }

    /// Nil for null, where it is missing, and for the number that stands for none.
    func engine(_ key: Key) throws -> EngineID? {
        let number = try decodeIfPresent(UInt32.self, forKey: key) ?? .max
        return number == .max ? nil : EngineID(number)
    }

    func task(_ key: Key) throws -> TaskID { try task(decode(String.self, forKey: key), key) }

    func tasks(_ key: Key) throws -> [TaskID] {
        try (decodeIfPresent([String].self, forKey: key) ?? []).map { try task($0, key) }
    }

    private func task(_ text: String, _ key: Key) throws -> TaskID {
        guard let task = TaskID(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "“\(text)” is no task id")
        }
        return task
    }

    func state(_ key: Key) throws -> TaskState {
        let word = try decode(String.self, forKey: key)
        guard let state = TaskState.allCases.first(where: { $0.word == word }) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "“\(word)” is no state")
        }
        return state
    }

    /// States that are missing are 0, and words that are not known are passed over.
    func counts(_ key: Key) throws -> StateCounts {
        let numbers = try decode([String: Int].self, forKey: key)
        var counts = StateCounts()
        for state in TaskState.allCases { counts[state] = numbers[state.word] ?? 0 }
        return counts
    }
}

extension TaskID {
    /// Reads `12.3`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let job = UInt32(parts[0]), let index = UInt32(parts[1]) else { return nil }
        self.init(JobID(job), index)
    }
}
