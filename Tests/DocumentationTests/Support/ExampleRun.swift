import Foundation

/// An example's script, run with the programs that are built already.
enum ExampleRun {
    /// Whether this machine has an `mpiexec`; said once if not.
    static let hasMPI: Bool = {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        if paths.contains(where: { access("\($0)/mpiexec", X_OK) == 0 }) { return true }
        print("skipped: examples with MPI: there is no mpiexec; `.ci/deps` installs it")
        return false
    }()

    /// Whether there is a Python with mpi4py, too, where the example looks for one; said once if not.
    static let hasMPI4Py: Bool = {
        guard hasMPI else { return false }
        let line = "python3 -c 'import mpi4py' || exec /usr/bin/python3 -c 'import mpi4py'"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.standardError = FileHandle.nullDevice
        try? unblocked { try process.run() }
        process.waitUntilExit()
        if process.terminationStatus == 0 { return true }
        print("skipped: the example with mpi4py: no python3 has it; `.ci/deps --tests` installs one")
        return false
    }()

    /// - Returns: its exit code, and what it has printed on both streams.
    static func run(_ script: String, _ arguments: [String] = []) throws -> (code: Int32, text: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = Repository.root.appendingPathComponent("examples/\(script)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["BIN": Repository.binaries.path]) {
            $1
        }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try unblocked { try process.run() }
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Threads of the tests block signals, and what they start inherits that: it would not hear TERM.
    private static func unblocked(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
