import ArgumentParser
import FarmTransport

/// `tasks schedule fire`: carries out one run of a schedule. The controller starts it.
struct ScheduleFire: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(commandName: "fire", shouldDisplay: false)

    @Option(help: .hidden)
    var profile: String
    @Argument var name: String
    @Argument var at: Int64

    func run() async throws {
        Terminal.endsWithReader = false
        let night = ScheduledNight(
            ProfileDirectory(profile), name, at: Instant(nanoseconds: at * .seconds(1)))
        // The run goes on when a controller is there again.
        Interrupt.handle { _, _ in
            night.leave()
            Farewell.end(.interrupted)
        }
        try await night.carryOut()
    }
}
