import FarmProcess
import Glibc

/// A process that goes on when this one has ended.
struct Daemon {
    /// Its record.
    let record: ProcessRecord
    private let pipe: Int32

    /// Starts this program again, in a session of its own, with its output going to `log`.
    static func start(
        _ arguments: [String], log: String, program: String = OwnProgram.path
    ) throws -> Daemon {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw CommandFailure(.refused, "no descriptor is left; raise `ulimit -n`")
        }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        defer { close(ends[1]) }
        var request = SpawnRequest(
            [OwnProgram.name] + arguments + ["--ready-descriptor", String(ReadyPipe.descriptor)],
            environment: .ofThisProcess(), input: .null, output: .file(log, append: true),
            errors: .sameAsOutput)
        request.program = program
        request.passedDescriptors = [ends[1]]
        do throws(SpawnError) {
            let child = try ChildProcess.start(request)
            let record = ProcessRecord(
                host: HostInfo.hostname, pid: child.pid, startTime: HostInfo.startTime(of: child.pid) ?? 0,
                bootID: HostInfo.bootID)
            return Daemon(record: record, pipe: ends[0])
        } catch {
            close(ends[0])
            throw CommandFailure(.refused, "cannot start `tasks \(arguments.first ?? "")`: \(error.message)")
        }
    }

    /// What it says of itself.
    enum Answer {
        case ready
        /// It ends, and why.
        case refused(String)
        /// It has ended without a word.
        case died
    }

    /// Waits for its word.
    func answer() -> Answer {
        defer { close(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 1 << 16 {
            let count = read(pipe, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        if text == "ready" { return .ready }
        return text.hasPrefix("error ") ? .refused(String(text.dropFirst(6))) : .died
    }
}
