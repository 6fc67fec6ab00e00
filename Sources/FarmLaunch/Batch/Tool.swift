import FarmProcess
import Foundation
import Glibc

/// Runs a short command of another system to its end: `sbatch`, `squeue`, `qstat`.
enum Tool {
    /// What it came to.
    struct Answer {
        var code: Int32
        var output: String
        var errors: String

        /// The last thing that it said was wrong, for messages.
        var complaint: String {
            let lines = (errors + "\n" + output).split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            return lines.prefix(4).joined(separator: "; ")
        }
    }

    /// - Parameter seconds: what it may take; then it is killed, and that is the error.
    /// - Throws: ``LaunchError`` with code `cannotStart` if there is no such program, `refused` if it does not
    ///   end in time.
    static func run(_ arguments: [String], seconds: Double = 60) throws(LaunchError) -> Answer {
        let child: ChildProcess
        do throws(SpawnError) {
            child = try ChildProcess.start(
                SpawnRequest(arguments, environment: .ofThisProcess(), input: .null))
        } catch {
            throw LaunchError(.cannotStart, error.message)
        }
        let end = Deadline(seconds: seconds)
        var streams: [(descriptor: Int32, bytes: [UInt8], isOpen: Bool)] = [
            (child.outputDescriptor, [], true), (child.errorDescriptor, [], true),
        ]
        var hasEnded = false
        while end.remaining > 0, !hasEnded || streams.contains(where: \.isOpen) {
            var polled = streams.map {
                pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0)
            }
            polled.append(pollfd(fd: hasEnded ? -1 : child.pidDescriptor, events: Int16(POLLIN), revents: 0))
            let count = poll(&polled, nfds_t(polled.count), hasEnded ? 0 : Int32(end.remaining * 1000) + 1)
            for index in streams.indices where polled[index].revents != 0 {
                streams[index].isOpen = read(streams[index].descriptor, &streams[index].bytes)
            }
            if polled[2].revents != 0 { hasEnded = true }
            // A daemon that it has left may hold its output open.
            if hasEnded, count == 0 { break }
        }
        guard hasEnded else {
            child.signalGroup(Signals.kill)
            _ = child.wait()
            throw LaunchError(
                .refused, "`\(arguments.joined(separator: " "))` has not ended within \(Int(seconds)) s")
        }
        let texts = streams.map { String(decoding: $0.bytes, as: UTF8.self) }
        guard case .exited(let code) = child.wait().ending else {
            return Answer(code: -1, output: texts[0], errors: texts[1])
        }
        return Answer(code: code, output: texts[0], errors: texts[1])
    }

    /// False at the end. What is more than a megabyte is no answer of these programs.
    private static func read(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0, bytes.count < 1 << 20 { bytes += buffer[..<count] }
        return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN))
    }
}
