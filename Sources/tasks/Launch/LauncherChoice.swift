import FarmBatch
import FarmLaunch
import FarmTemplate
import FarmTransport
import Glibc

/// The launcher that was asked for, by the command line, a batch file and the profile's `launchers.yaml`.
struct LauncherChoice {
    var settings: LauncherSettings
    /// What `launchers.yaml` says of engines, if it does.
    var engines: Int?
    var slots: Int?

    static let local = LauncherChoice(settings: LauncherSettings(name: "local", kind: .local))

    /// - Parameters:
    ///   - file: what a batch file says; the command line counts before it.
    ///   - profile: whose `launchers.yaml` is read.
    /// - Throws: `CommandFailure`: an unknown launcher, or a fault of the files.
    static func find(
        _ flags: LauncherFlags, file: EngineSettings? = nil, _ profile: ProfileDirectory
    ) throws -> LauncherChoice {
        let name = flags.launcher ?? file?.launcher ?? (flags.saysHosts ? "ssh" : "local")
        let place = flags.launcher == nil ? file?.launcherPlace ?? "" : ""
        let named = try entries(profile)
        let known = LauncherEntry.kinds + named.map(\.name).filter { !LauncherEntry.kinds.contains($0) }
        guard
            let entry = named.first(where: { $0.name == name })
                ?? (LauncherEntry.kinds.contains(name) ? LauncherEntry(name: name, kind: name) : nil),
            let kind = LauncherSettings.Kind(rawValue: entry.kind)
        else {
            throw CommandFailure(
                .refused,
                (place.isEmpty ? "" : "\(place): ")
                    + "there is no launcher “\(name)”\(Spelling.hint(name, in: known)); there are \(known.joined(separator: ", "))"
                    + "; \(launchersPath(profile)) names others")
        }
        var choice = LauncherChoice(settings: LauncherSettings(name: name, kind: kind))
        choice.take(entry)
        try choice.take(flags)
        return choice
    }

    static func launchersPath(_ profile: ProfileDirectory) -> String { "\(profile.path)/launchers.yaml" }

    private static func entries(_ profile: ProfileDirectory) throws -> [LauncherEntry] {
        let path = launchersPath(profile)
        guard access(path, F_OK) == 0 else { return [] }
        return try reading { () throws(BatchError) in try LauncherReader.read(path) }
    }

    private static func reading<Result>(_ body: () throws(BatchError) -> Result) throws -> Result {
        do { return try body() } catch {
            throw CommandFailure(
                .refused, "nothing was started: put right what is said above and try again",
                details: error.description.split(separator: "\n").map(String.init))
        }
    }

    private mutating func take(_ entry: LauncherEntry) {
        (engines, slots) = (entry.engines, entry.slots)
        settings.hosts = entry.hosts.map(Self.host)
        settings.nodes = entry.nodes
        settings.program = entry.program
        settings.options = entry.options
        settings.template = entry.template
        settings.templateSource = entry.templateSource
    }

    private mutating func take(_ flags: LauncherFlags) throws {
        if flags.saysHosts, settings.kind != .ssh {
            throw CommandFailure(
                .refused,
                "--host and --hosts are for a launcher of kind ssh; \(settings.name) is of kind \(settings.kind.rawValue)"
            )
        }
        if flags.nodes != nil, ![.slurm, .pbs, .srun].contains(settings.kind) {
            throw CommandFailure(
                .refused,
                "--nodes is for launchers of kind slurm, pbs and srun; \(settings.name) is of kind \(settings.kind.rawValue)"
            )
        }
        if !flags.launcherOption.isEmpty, [.local, .command].contains(settings.kind) {
            throw CommandFailure(
                .refused,
                "options for what starts the engines (\(flags.launcherOption.joined(separator: " "))) mean nothing to a launcher of"
                    + " kind \(settings.kind.rawValue); name one with --launcher")
        }
        if let nodes = flags.nodes { settings.nodes = nodes }
        if !flags.host.isEmpty { settings.hosts = flags.host.map { LauncherSettings.Host($0) } }
        if let hosts = flags.hosts {
            settings.hosts = try Self.reading { () throws(BatchError) in
                try LauncherReader.hosts(hosts).map(Self.host)
            }
        }
        settings.options += flags.launcherOption
    }

    private static func host(_ host: LauncherEntry.Host) -> LauncherSettings.Host {
        LauncherSettings.Host(host.name, slots: host.slots, engines: host.engines, program: host.program)
    }

    /// How many units stand for a plan.
    func unitCount(_ plan: EnginePlan) -> Int {
        settings.kind == .local ? plan.count : max(1, settings.hosts.count)
    }

    /// The log that says why nothing has come of a plan.
    func firstLog(_ plan: EnginePlan) -> String {
        switch settings.kind {
        case .local: plan.logPath(plan.name(0))
        case .mpi, .srun, .command, .slurm, .pbs: plan.logPath("\(settings.name)-0")
        case .ssh: "\(plan.logDirectory)/launcher.log"
        }
    }

    /// - Throws: `CommandFailure` if engines elsewhere could not reach the profile's controller.
    func requireReach(_ profile: ProfileDirectory) throws {
        guard settings.kind.isElsewhere else { return }
        let file = try? Capability.load(path: profile.capabilityPath(.engine))
        guard let file, !file.endpoints.contains(where: { $0.hasPrefix("tcp://") }) else { return }
        throw CommandFailure(
            .refused,
            "the controller of profile \(profile) serves this machine only, so that engines of the launcher \(settings.name)"
                + " would not reach it; start it with --listen ADDRESS, or --listen '*'")
    }

    /// Makes the launcher.
    func launcher(_ onEvent: @escaping @Sendable (LaunchEvent) -> Void) -> any Launcher {
        settings.launcher(tasksProgram: OwnProgram.file, onEvent: onEvent)
    }
}

extension LauncherFlags {
    var saysHosts: Bool { !host.isEmpty || hosts != nil }
}
