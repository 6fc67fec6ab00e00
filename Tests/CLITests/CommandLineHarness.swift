import Foundation
import Glibc
import Testing

/// What a command came to.
struct Ended {
    var code: Int32
    var output: String
    var errors: String

    /// The output as a JSON array of objects.
    func objects() throws -> [[String: Any]] {
        try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]] ?? []
    }
}

/// The real `tasks`, with a home, a run-time directory and a working directory of its own.
///
/// All that it starts carries the home's path in its environment, so that what is left can be found.
final class Farmyard: Sendable {
    let home: String
    /// Where commands are typed.
    let directory: String
    /// Stands in the environment of all processes of the farm, and in that of tasks that put it there.
    let mark: String

    init() throws {
        var template = Array("/tmp/cli-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Trouble("cannot make a directory") }
        home = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        directory = home + "/work"
        mark = String(home.dropFirst("/tmp/".count))
        for name in ["work", "run"] {
            try FileManager.default.createDirectory(
                atPath: "\(home)/\(name)", withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        }
    }

    deinit {
        for pid in processes() { kill(pid, SIGKILL) }
        // For a look at what a failed test has left.
        if ProcessInfo.processInfo.environment["TASKS_TEST_KEEP"] != nil { return }
        try? FileManager.default.removeItem(atPath: home)
    }

    struct Trouble: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    /// `$TASKS_BINARY`, else what was built beside the test bundle.
    static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["TASKS_BINARY"] { return path }
        // The test runner's arguments name the bundle; without them it is the executable itself.
        let candidates =
            CommandLine.arguments.map { ($0 as NSString).deletingLastPathComponent }
            + Bundle.allBundles.map {
                ($0.bundlePath as NSString).deletingLastPathComponent
            }
        let paths = candidates.map { "\($0)/tasks" } + [".build/debug/tasks"]
        return paths.first { access($0, X_OK) == 0 } ?? ".build/debug/tasks"
    }()

    // MARK: Files

    /// Writes a file into the working directory and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, mode)
        return path
    }

    func read(_ name: String) -> String? {
        try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }

    // MARK: Processes

    func environment(_ more: [String: String]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["TASKS_HOME"] = home + "/farm"
        environment["XDG_RUNTIME_DIR"] = home + "/run"
        environment["TASKS_CAPABILITY"] = nil
        return environment.merging(more) { $1 }
    }

    /// Starts `tasks` with these arguments.
    func start(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws
        -> Running
    {
        try Running(
            Self.binary, arguments, input: input, directory: directory,
            environment: self.environment(environment),
            scratch: home)
    }

    /// Starts another program.
    func program(_ name: String, _ arguments: [String]) throws -> Running {
        try Running(
            "/usr/bin/env", [name] + arguments, input: "", directory: directory,
            environment: environment([:]),
            scratch: home)
    }

    /// Runs a line of the shell to its end; `$TASKS` in it is the command.
    func shell(_ line: String) throws -> Ended {
        try Running(
            "/bin/sh", ["-c", line], input: "", directory: directory,
            environment: environment(["TASKS": Self.binary]), scratch: home
        ).wait()
    }

    /// Runs `tasks` with these arguments to its end.
    func tasks(
        _ arguments: String..., input: String = "", environment: [String: String] = [:], seconds: Double = 60
    ) throws -> Ended {
        try start(arguments, input: input, environment: environment).wait(seconds: seconds)
    }

    /// Runs `tasks` with these arguments; an issue if it does not end with 0.
    @discardableResult
    func ok(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws -> Ended {
        let ended = try start(arguments).wait()
        let words = Comment(rawValue: "tasks \(arguments.joined(separator: " ")): \(ended.errors)")
        #expect(ended.code == 0, words, sourceLocation: location)
        return ended
    }

    /// Processes of this farm and of its tasks, except dead ones that nobody has waited for.
    func processes() -> [Int32] {
        let wanted = Array(mark.utf8)
        return Self.allProcesses().filter { pid in
            pid != getpid() && !Self.isDead(pid)
                && Self.bytes("/proc/\(pid)/environ").firstRange(of: wanted) != nil
        }
    }

    /// Processes whose command line has all of these words.
    func processes(_ words: String...) -> [Int32] {
        processes().filter { pid in
            let line = String(
                decoding: Self.bytes("/proc/\(pid)/cmdline").map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
            return words.allSatisfy { line.contains($0) }
        }
    }

    static func parent(_ pid: Int32) -> Int32 {
        let text = String(decoding: bytes("/proc/\(pid)/status"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        return line.flatMap { Int32($0.split(separator: "\t").last ?? "") } ?? 0
    }

    private static func isDead(_ pid: Int32) -> Bool {
        let stat = String(decoding: bytes("/proc/\(pid)/stat"), as: UTF8.self)
        guard let end = stat.lastIndex(of: ")") else { return true }
        return stat[end...].dropFirst(2).first == "Z"
    }

    private static func allProcesses() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    private static func bytes(_ path: String) -> [UInt8] {
        [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    }

    // MARK: Waiting

    /// Waits until a condition holds, looking every few milliseconds: for what other processes do there is no
    /// event.
    func eventually(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) throws {
        let end = DispatchTime.now().uptimeNanoseconds + UInt64(seconds * 1e9)
        while try !condition() {
            guard DispatchTime.now().uptimeNanoseconds < end else {
                throw Trouble("after \(seconds) s it is still not so: \(what)")
            }
            usleep(5_000)
        }
    }
}
