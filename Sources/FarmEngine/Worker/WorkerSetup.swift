import FarmProcess
import FarmTransport
import Glibc

/// What a worker is told by its nanny, and what both make of the options.
struct WorkerSetup {
    /// The first argument of a worker; nobody else has a use for it.
    static let marker = "--run-as-farm-worker"
    /// The descriptor of the lifeline: readable, at its end, when the nanny is gone.
    static let lifeline: Int32 = 3

    /// Whether nobody has closed the lifeline yet.
    static var nannyLives: Bool {
        var event = pollfd(fd: lifeline, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, 0) == 0
    }

    var options: EngineOptions
    let scratch: String
    let identities: EngineIdentities

    /// A worker's arguments behind the marker.
    static func arguments(_ options: EngineOptions, _ scratch: String, _ share: HostShare) -> [String] {
        var options = options
        options.memoryBytes = share.memoryBytes
        options.gpus = .ids(share.identities.gpus)
        return [scratch, CPUList.text(share.identities.cores)] + options.arguments
    }

    /// Reads them back; nil if this process is not a worker.
    static func own() throws(EngineError) -> WorkerSetup? {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, arguments[1] == marker else { return nil }
        let options = try EngineOptions(arguments: Array(arguments[4...]))
        var identities = EngineIdentities(cores: CPUList.numbers(arguments[3]) ?? [])
        if case .ids(let ids) = options.gpus { identities.gpus = ids }
        return WorkerSetup(options: options, scratch: arguments[2], identities: identities)
    }

    /// The capability file to use: the one named, `$TASKS_CAPABILITY`, or the profile's.
    static func capability(_ options: EngineOptions) -> String {
        if let named = options.capability { return named }
        if let profile = options.profile { return "\(profile)/security/engine.json" }
        if let named = variable("TASKS_CAPABILITY") { return named }
        let home = variable("TASKS_HOME") ?? (variable("HOME") ?? "") + "/.tasks"
        return "\(home)/default/security/engine.json"
    }

    /// The profile's directory: the one named, or the default one.
    static func profile(_ options: EngineOptions) -> String {
        options.profile ?? (variable("TASKS_HOME") ?? (variable("HOME") ?? "") + "/.tasks") + "/default"
    }

    /// What its Python kernel is started by; nil if its nanny is gone.
    func kernelProgram(_ startUp: KernelStartUp? = nil) -> KernelProgram? {
        // If it had died before, the parent is another process by now.
        guard Self.nannyLives, let mark = EngineMark(nannyPID: getppid()) else { return nil }
        return KernelProgram(
            python: options.python ?? KernelProgram.defaultPython, directory: scratch, mark: mark,
            cpus: options.cpus ?? options.slots, startUp: startUp)
    }

    static let orphaned = EngineError(
        .cannotStart, "the nanny of this worker is gone; start an engine, not a worker")

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
