import ArgumentParser
import FarmController
import FarmTransport
import Logging

/// Where a controller listens, and how it works.
struct ControllerFlags: ParsableArguments {
    @OptionGroup var listening: ListenFlags
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var ledger: LedgerFlags
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?

    /// The profile's directory, absolute.
    var directory: ProfileDirectory { ProfileDirectory(profile.map(FarmOptions.absolute)) }

    func settings(_ logger: Logger) throws -> ControllerOptions {
        var settings = ControllerOptions(
            profile: directory, tcp: listening.tcp, logger: logger, subject: Subject.own)
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
        ["--profile", directory.path] + listening.arguments + policy.arguments
            + ledger.arguments
    }
}
