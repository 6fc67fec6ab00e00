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
            isAway = !farm.isConnected
            if !isAway, !wasAway { trouble = await tellOfTrouble(since: trouble) }
            guard !Task.isCancelled else { return }
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

    /// With a full disk nothing can be recorded, and what is not recorded is not told.
    private func tellOfTrouble(since known: String?) async -> String? {
        guard let status = try? await farm.queueStatus(), !Task.isCancelled else { return known }
        if let trouble = status.ledgerTrouble, trouble != known {
            say(
                "waiting: the controller cannot record anything: \(trouble); this goes on by itself when that is put right"
            )
        }
        return status.ledgerTrouble
    }

    private func say(_ words: String) {
        Progress.clear()
        Terminal.say(words)
    }
}
