import FarmProcess
import Foundation
import Glibc

/// Questions to `tasks far-end --check` on another host, over ssh: a line each way. Of one thread.
public final class FarTalk {
    private static let answerSeconds = 30.0

    /// What it is: program and version, and what its host calls itself.
    public private(set) var greeting = ""

    private var child: ChildProcess?
    private var descriptors: (output: Int32, errors: Int32) = (-1, -1)
    private let input: Int32
    private var output = LineBuffer()
    private var errors = LineBuffer()
    private let host: String
    private let program: String

    /// Connects, and waits for the greeting.
    /// - Parameters: as those of ``FarTunnel``.
    /// - Throws: ``LaunchError``: `unreachable`, or `refused` with the words of the far side.
    public init(to host: String, ssh: [String], program: String, here: String) throws(LaunchError) {
        let (arguments, program) = FarCommand.arguments(
            to: host, ssh: ssh, program: program, here: here, farEnd: ["far-end", "--check"])
        (self.host, self.program) = (host, program)
        let ends = try WakePipe.pipe()
        defer { close(ends.reading) }
        input = ends.writing
        do throws(SpawnError) {
            let started = try ChildProcess.start(
                SpawnRequest(
                    arguments, environment: .ofThisProcess(), input: .descriptor(ends.reading)))
            descriptors = (started.outputDescriptor, started.errorDescriptor)
            child = consume started
        } catch {
            throw LaunchError(.cannotStart, "cannot start \(arguments.first ?? "ssh"): \(error.message)")
        }
        greeting = try answer(to: "hello")
    }

    deinit {
        close(input)
        if let child = child.take() {
            child.signal(Signals.terminate)
            _ = child.wait()
        }
    }

    /// What the far side says to a line; what its login shell says is passed over.
    public func ask(_ question: String) throws(LaunchError) -> String {
        guard ByteBridge.write(Array("\(question)\n".utf8)[...], to: input) else { throw lost() }
        return try answer(to: question.split(separator: " ").first.map(String.init) ?? "")
    }

    private func answer(to word: String) throws(LaunchError) -> String {
        let end = Deadline(seconds: Self.answerSeconds)
        let start = "\(FarCommand.checkMark) \(word) "
        while true {
            while let line = output.next() {
                if line.hasPrefix(start) { return String(line.dropFirst(start.count)) }
            }
            guard descriptors.output >= 0 else { throw lost() }
            let (out, err) = descriptors
            var polled = [
                pollfd(fd: out, events: Int16(POLLIN), revents: 0),
                pollfd(fd: err, events: Int16(POLLIN), revents: 0),
            ]
            guard end.remaining > 0, poll(&polled, 2, Int32(end.remaining * 1000) + 1) > 0 else {
                throw lost()
            }
            if polled[1].revents != 0 { _ = Self.read(err, &errors) }
            if polled[0].revents != 0, !Self.read(out, &output) {
                while Self.read(err, &errors) {}
                throw lost()
            }
        }
    }

    /// False at the end, or if there is nothing now.
    private static func read(_ descriptor: Int32, _ lines: inout LineBuffer) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return false }
        lines.add(buffer[..<count])
        return true
    }

    /// Why it ended, or that it says nothing.
    private func lost() -> LaunchError {
        descriptors = (-1, -1)
        guard let child = child.take() else {
            return LaunchError(.unreachable, "\(host): the connection is over")
        }
        child.signal(Signals.terminate)
        let ending = child.wait().ending
        var lines: [String] = []
        while let line = errors.next() { lines.append(line) }
        if let rest = errors.rest() { lines.append(rest) }
        return FarCommand.trouble(ending, lines, host, program)
    }
}
