import ArgumentParser
import FarmController
import FarmTransport
import Logging

/// Where a controller listens, and how it works.
struct ControllerFlags: ParsableArguments {
    @Option(
        help:
            "Address or interface to listen on for other machines; * for all. Default with a port: 127.0.0.1."
    )
    var listen: String?
    @Option(help: "Port for clients. Default: the profile's last one, else any.")
    var clientPort: UInt16?
    @Option(help: "Port for engines.")
    var enginePort: UInt16?
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?

    /// The profile's directory, absolute.
    var directory: ProfileDirectory { ProfileDirectory(profile.map(FarmOptions.absolute)) }

    func settings(_ logger: Logger) throws -> ControllerOptions {
        var settings = ControllerOptions(
            profile: directory, tcp: tcp, logger: logger, subject: Subject.own)
        policy.apply(to: &settings.scheduler)
        ledger.apply(to: &settings)
        settings.schedules = ScheduleOptions(
            program: OwnProgram.path,
            arguments: [OwnProgram.name, "schedule", "fire", "--profile", directory.path],
            logDirectory: directory.logPath)
        return settings
    }

    /// As they stand on a command line.
    var arguments: [String] {
        ["--profile", directory.path] + (listen.map { ["--listen", $0] } ?? [])
            + (clientPort.map { ["--client-port", String($0)] } ?? [])
            + (enginePort.map { ["--engine-port", String($0)] } ?? []) + policy.arguments
            + ledger.arguments
    }

    private var tcp: ControllerOptions.TCP? {
        guard listen != nil || clientPort != nil || enginePort != nil else { return nil }
        return ControllerOptions.TCP(
            host: listen ?? "127.0.0.1", clientPort: clientPort, enginePort: enginePort)
    }
}
