import FarmProcess
import Foundation
import Glibc
import Synchronization

/// One ssh to `tasks far-end`, which has sent its capability and now carries bytes.
final class FarLink: Sendable {
    let capability: [UInt8]
    let isEncrypted: Bool
    /// What the controller sends, and what it gets.
    let output: Int32
    let input: Int32

    private let pid: Int32
    private let child: Mutex<ChildProcess?>

    /// What a host gets to answer, after the connection.
    private static let answerSeconds = 30.0

    init(_ arguments: [String], host: String, program: String) throws(LaunchError) {
        let ends = try WakePipe.pipe()
        let started: ChildProcess
        do throws(SpawnError) {
            started = try ChildProcess.start(
                SpawnRequest(
                    arguments, environment: .ofThisProcess(), input: .descriptor(ends.reading)))
        } catch {
            close(ends.reading)
            close(ends.writing)
            throw LaunchError(.cannotStart, "cannot start \(arguments.first ?? "ssh"): \(error.message)")
        }
        close(ends.reading)
        (pid, output, input) = (started.pid, started.outputDescriptor, ends.writing)
        var greeting = FarGreeting()
        var errors = LineBuffer()
        let isGreeted = Self.read(started, &greeting, &errors)
        guard isGreeted, let answer = greeting.answer else {
            started.signal(Signals.kill)
            var lines: [String] = []
            while let line = errors.next() { lines.append(line) }
            if let rest = errors.rest() { lines.append(rest) }
            let ending = started.wait().ending
            close(ends.writing)
            throw FarCommand.trouble(ending, lines, host, program)
        }
        (capability, isEncrypted) = (answer.capability, answer.isEncrypted)
        child = Mutex(consume started)
    }

    deinit { close(input) }

    /// Ends the connection.
    func kill() { child.withLock { child in if child != nil { Glibc.kill(pid, Signals.terminate) } } }

    /// Waits for its end.
    func end() {
        kill()
        let ended = child.withLock { $0.take() }
        if let ended { _ = ended.wait() }
    }

    /// Reads up to the capability's end; what follows stays where it is.
    private static func read(
        _ child: borrowing ChildProcess, _ greeting: inout FarGreeting, _ errors: inout LineBuffer
    ) -> Bool {
        // Connecting has a time of its own.
        let end = Deadline(seconds: 15 + answerSeconds)
        var isOpen = true
        while greeting.answer == nil {
            var polled = [
                pollfd(fd: isOpen ? child.outputDescriptor : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.errorDescriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard end.remaining > 0, poll(&polled, 3, Int32(end.remaining * 1000) + 1) > 0 else {
                return false
            }
            if polled[1].revents != 0 { drain(child.errorDescriptor, &errors) }
            if polled[0].revents != 0 {
                var buffer = [UInt8](repeating: 0, count: greeting.wanted)
                let count = Glibc.read(child.outputDescriptor, &buffer, buffer.count)
                if count > 0 {
                    guard greeting.take(buffer[..<count]) else { return false }
                } else if count == 0 {
                    isOpen = false
                }
            } else if polled[2].revents != 0 {
                drain(child.errorDescriptor, &errors)
                return false
            }
        }
        return true
    }

    private static func drain(_ descriptor: Int32, _ lines: inout LineBuffer) {
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            lines.add(buffer[..<count])
        }
    }
}
