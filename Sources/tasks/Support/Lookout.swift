import FarmTransport
import TaskFarm

/// Tells whoever waits for the controller's answer why nothing happens: it is away, or has no room to record
/// what it is to answer for. The waiting goes on, and ends by itself.
struct Lookout: Sendable {
    private let farm: TaskClient
    /// The farm's, if it is known.
    private let profile: ProfileDirectory?

    /// A restart takes less, and is nothing to speak of.
    private static let pause = Duration.seconds(3)

    /// Runs `body`, and looks at the farm while it takes.
    static func during<Result>(
        _ farm: TaskClient, _ profile: ProfileDirectory?, _ body: () async throws -> Result
    ) async throws -> Result {
        let lookout = Task { await Lookout(farm: farm, profile: profile).look() }
        defer { lookout.cancel() }
        return try await body()
    }

    private func look() async {
        var isAway = false
        var trouble: String?
        var refusal: String?
        while true {
            try? await Task.sleep(for: Self.pause)
            guard !Task.isCancelled else { return }
            let wasAway = isAway
            let status = farm.isConnected ? await status() : nil
            guard !Task.isCancelled else { return }
            isAway = status == nil
            if let status { trouble = tell(of: status.ledgerTrouble, since: trouble) }
            if isAway != wasAway {
                say(
                    isAway
                        ? "the controller is away since \(Moment.local(Moment.now)); waiting for it (Ctrl-C ends only the wait)"
                        : "the controller is back")
            }
            guard isAway, let words = profile?.refusal, words != refusal else { continue }
            say("it has died and cannot be started again: \(words)")
            refusal = words
        }
    }

    /// Nil if the controller does not answer: it may stand still with its connections open.
    private func status() async -> FarmStatus? {
        await withTaskGroup(of: FarmStatus?.self) { group in
            group.addTask { try? await farm.queueStatus() }
            group.addTask {
                try? await Task.sleep(for: Self.pause)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// With a full disk nothing can be recorded, and what is not recorded is not told.
    private func tell(of trouble: String?, since known: String?) -> String? {
        if let trouble, trouble != known {
            say(
                "waiting: the controller cannot record anything: \(trouble); this goes on by itself when that is put right"
            )
        }
        return trouble
    }

    private func say(_ words: String) {
        Progress.clear()
        Terminal.say(words)
    }
}
