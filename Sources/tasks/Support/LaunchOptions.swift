import ArgumentParser
import FarmLaunch
import FarmProcess
import FarmTransport
import Glibc

/// Which engines `run` and `cluster start` start.
struct LaunchOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .customLong("engines")], help: "Engines to start.")
    var count: Int?
    @Option(help: "Tasks at once in each engine. Default: the CPUs, divided among the engines.")
    var slots: Int?
    @Option(
        help: "Your own engine's executable, with functions in it, instead of the stock one.",
        completion: .file())
    var engine: String?

    func validate() throws {
        if let count, !(1...10_000).contains(count) {
            throw ValidationError("-n \(count): expected a number from 1 to 10000")
        }
        if let slots, !(1...65_536).contains(slots) {
            throw ValidationError("--slots \(slots): expected a number from 1 to 65536")
        }
    }

    /// As they stand on a command line.
    var arguments: [String] {
        (count.map { ["-n", String($0)] } ?? []) + (slots.map { ["--slots", String($0)] } ?? [])
            + (engine.map { ["--engine", WorkingDirectory.absolute($0)] } ?? [])
    }

    /// - Parameters:
    ///   - defaults: what a batch file says, if it does.
    ///   - endsWithUs: engines end when this process does, however it does.
    func plan(
        _ directory: ProfileDirectory, count fileCount: Int? = nil, slots fileSlots: Int? = nil,
        endsWithUs: Bool
    ) throws -> EnginePlan {
        let count = count ?? fileCount ?? 1
        let slots = slots ?? fileSlots ?? max(1, HostInfo.cpus.count / count)
        let ending = endsWithUs ? ["--end-with", String(getpid())] : []
        var plan = EnginePlan(
            command: [], count: count, slots: slots, profile: directory.path, logDirectory: directory.logPath)
        guard let engine else {
            plan.command = [OwnProgram.name, "engine", "start"] + ending
            plan.program = OwnProgram.path
            return plan
        }
        let path = try Self.executable(engine)
        plan.command = [path]
        if endsWithUs {
            plan.command = [OwnProgram.name, "engine", "exec"] + ending + ["--", path]
            plan.program = OwnProgram.path
        }
        return plan
    }

    private static func executable(_ engine: String) throws -> String {
        let path = WorkingDirectory.absolute(engine)
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw CommandFailure(
                .refused, "--engine \(engine): there is no such file; build it, or name another")
        }
        guard status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else {
            throw CommandFailure(
                .refused, "--engine \(engine): not an executable file; `chmod +x` it, or name another")
        }
        return path
    }
}
