import Foundation

/// A program that was run to its end: how long it took, and how much memory.
struct Measured {
    let seconds: Double
    /// User and system.
    let cpuSeconds: Double
    /// Its largest resident set. The kernel counts from what the parent had when it started the child, so
    /// ours has to be small: what it prints goes to a file.
    let peakMegabytes: Double
    /// Lines that it has printed.
    let lineCount: Int

    /// - Throws: `BenchError` unless it ends with 0.
    init(_ path: String, _ arguments: [String], environment: [String: String]) throws {
        let output = NSTemporaryDirectory() + "bench-output-\(getpid())"
        defer { unlink(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let start = bench.seconds()
        guard posix_spawn(&pid, path, &actions, nil, &words, &variables) == 0 else {
            throw BenchError("cannot start \(path)")
        }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        seconds = bench.seconds() - start
        guard status == 0 else { throw BenchError("\(path) \(arguments) ended with \(status >> 8)") }
        func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) * 1e-6 }
        cpuSeconds = time(usage.ru_utime) + time(usage.ru_stime)
        peakMegabytes = Double(usage.ru_maxrss) / 1024
        lineCount = try Self.lines(output)
    }

    /// Read piece by piece, so that this process stays small.
    private static func lines(_ path: String) throws -> Int {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw BenchError("cannot read \(path)") }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while true {
            let length = read(file, &buffer, buffer.count)
            if length <= 0 { return count }
            count += buffer[..<length].count { $0 == 0x0A }
        }
    }
}
