extension PendingResult where Result == ResultList {
    /// Waits as ``value`` does, and hands over what is printed while it is: each line once, in the order of
    /// its engine and stream, within some tenths of a second. What comes after that, and what is too much to
    /// be told live (beyond half a megabyte of a stream), is handed over when the engine is done.
    ///
    /// Costs a round trip for each engine and stream ten times a second, after the first tenth.
    /// - Throws: as ``value``.
    public func value(
        onOutput hand: @Sendable (EngineOutput) -> Void
    ) async throws -> ResultList {
        var followers = engines.map { OutputFollower(engine: $0) }
        while try await !hasEnded(within: .milliseconds(100)) {
            var live: [Int] = []
            for index in followers.indices where !followers[index].isDone {
                guard let outcome = job.outcome(of: index) else {
                    live.append(index)
                    continue
                }
                followers[index].finish(outcome).forEach(hand)
            }
            for (index, stream, piece) in await pieces(of: live, followers) {
                followers[index].take(piece, of: stream).map(hand)
            }
        }
        for index in followers.indices where !followers[index].isDone {
            if let outcome = job.outcome(of: index) { followers[index].finish(outcome).forEach(hand) }
        }
        return try await value
    }

    /// Waits for the end, at most so long.
    private func hasEnded(within limit: Duration) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wait() }
            group.addTask { try await Task.sleep(for: limit) }
            try await group.next()
            group.cancelAll()
        }
        return isReady
    }

    /// What is new on these engines. One that cannot be asked has nothing new; the wait tells why.
    private func pieces(
        of indexes: [Int], _ followers: [OutputFollower]
    ) async -> [(Int, OutputStream, OutputPiece)] {
        await withTaskGroup(of: (Int, OutputStream, OutputPiece)?.self) { group in
            for index in indexes {
                for stream in OutputStream.allCases {
                    let offset = followers[index].offset(of: stream)
                    group.addTask {
                        let task = TaskID(job.id, UInt32(index))
                        guard let piece = try? await farm.output(of: task, stream, from: offset),
                            !piece.bytes.isEmpty
                        else { return nil }
                        return (index, stream, piece)
                    }
                }
            }
            var found: [(Int, OutputStream, OutputPiece)] = []
            for await piece in group { if let piece { found.append(piece) } }
            return found
        }
    }
}
