import Foundation
import Glibc

/// A process that has been started; its output goes to files, so that nobody has to read while it runs.
///
/// Started here and not by Foundation's `Process`, which has crashed in `run` when much was started at once.
final class Running {
    let pid: Int32
    private let outputPath: String
    private let errorPath: String
    private let end = End()

    /// What became of it; set by the thread that waits for it, so that it never stays behind as a zombie.
    private final class End: @unchecked Sendable {
        private let lock = NSCondition()
        private var status: Int32?

        func set(_ status: Int32) {
            lock.withLock {
                self.status = status
                lock.broadcast()
            }
        }

        /// The status as the system gives it; nil if it has not ended by then.
        func status(by date: Date) -> Int32? {
            lock.withLock {
                while status == nil, lock.wait(until: date) {}
                return status
            }
        }
    }

    init(
        _ program: String, _ arguments: [String], input: String, directory: String,
        environment: [String: String],
        scratch: String
    ) throws {
        let base = "\(scratch)/\(UUID().uuidString)"
        outputPath = base + ".out"
        errorPath = base + ".err"
        for path in [outputPath, errorPath] {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let inputPath = base + ".in"
        try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // `env` becomes the program, in that directory.
        let line = ["/usr/bin/env", "-C", directory, URL(fileURLWithPath: program).path] + arguments
        var words = line.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, line[0], &actions, &attributes, &words, &variables)
        guard failure == 0 else {
            throw Farmyard.Trouble("cannot start \(program): \(String(cString: strerror(failure)))")
        }
        self.pid = pid
        Thread.detachNewThread { [pid, end] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            end.set(status)
        }
    }

    var hasEnded: Bool { end.status(by: .distantPast) != nil }

    func signal(_ number: Int32) { kill(pid, number) }

    /// What it has written so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// Waits for its end; kills it when the time is over.
    func wait(seconds: Double = 60) throws -> Ended {
        guard let status = end.status(by: Date(timeIntervalSinceNow: seconds)) else {
            kill(pid, SIGKILL)
            throw Farmyard.Trouble("not ended after \(seconds) s; it said: \(output) \(errors)")
        }
        // By a signal: minus its number.
        let signal = status & 0x7F
        return Ended(code: signal == 0 ? status >> 8 & 0xFF : -signal, output: output, errors: errors)
    }
}
