import ArgumentParser
import FarmLaunch
import FarmProcess
import FarmTransport
import Foundation
import Glibc

/// `tasks far-end`: what `--via HOST` starts there over ssh. Sends the capability for a role of the profile,
/// then carries bytes between its standard input and output and the controller's socket.
struct FarEnd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "far-end", abstract: "The other end of --via.", shouldDisplay: false)

    @Option(help: "Whose capability is used.")
    var role = "task-client"
    @Option(help: "The farm's profile: a name below $TASKS_HOME (~/.tasks), or a directory.")
    var profile: String?

    @Flag(help: "Answer the questions of `tasks doctor --from` instead.")
    var check = false

    func run() throws {
        if check { return answerQuestions() }
        guard let role = Role(rawValue: role), role != .engine else {
            throw CommandFailure(.refused, "there is no client's role “\(role)”")
        }
        let directory = ProfileDirectory(profile.map(FarmOptions.absolute))
        let path = directory.capabilityPath(role)
        let capability: Capability
        do throws(CredentialError) { capability = try Capability.load(path: path) } catch {
            guard error.code == .missing else { throw CommandFailure(.notPermitted, error.message) }
            throw CommandFailure(
                .noController,
                "no farm here: there is no capability file at \(path); start a farm there with `tasks cluster start`, or name"
                    + " its profile with --profile")
        }
        let (socket, isEncrypted) = try Self.connect(capability)
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let greeting = FarGreeting.line(bytes: bytes.count, isEncrypted: isEncrypted)
        guard ByteBridge.write((Array(greeting.utf8) + bytes)[...], to: STDOUT_FILENO) else { return }
        ByteBridge.run((STDIN_FILENO, STDOUT_FILENO), (socket, socket)) { Farewell.end(.succeeded) }
    }

    /// The first address at which somebody listens, this host's first.
    private static func connect(_ capability: Capability) throws -> (socket: Int32, isEncrypted: Bool) {
        let isLocal = { (endpoint: String) in endpoint.hasPrefix("ipc://") }
        let ordered =
            capability.endpoints.filter(isLocal) + capability.endpoints.filter { !isLocal($0) }
        for endpoint in ordered {
            if let socket = Reach.connect(endpoint, seconds: 5) { return (socket, !isLocal(endpoint)) }
        }
        throw CommandFailure(
            .noController,
            "no controller at \(ordered.joined(separator: ", ")); start one there with `tasks cluster start`")
    }

    /// `time`: the clock, in ns since 1970; `reach ADDRESS`: whether a ZeroMQ socket answers there.
    private func answerQuestions() {
        tell("hello", "tasks \(Version.text) on \(HostInfo.hostname)")
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "time": tell("time", "\(Self.clock())")
            case "reach" where words.count == 2: tell("reach", Self.reach(words[1]))
            default: tell(words.first ?? "", "not known")
            }
        }
    }

    private func tell(_ word: String, _ answer: String) {
        Terminal.write("\(FarCommand.checkMark) \(word) \(answer)\n")
    }

    /// Nanoseconds since 1970.
    static func clock() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// `ok MILLISECONDS`, or `no` and why.
    private static func reach(_ endpoint: String) -> String {
        let start = MonotonicClock.nanoseconds()
        guard let socket = Reach.connect(endpoint, seconds: 5) else {
            return "no \(String(cString: strerror(errno)))"
        }
        defer { close(socket) }
        // A greeting of ZMTP begins so, whatever is asked.
        var event = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        guard poll(&event, 1, 5_000) > 0, read(socket, &byte, 1) == 1, byte == 0xFF else {
            return "no who listens there is no controller"
        }
        return "ok \(Double((MonotonicClock.nanoseconds() - start) / 10_000) / 100)"
    }
}
