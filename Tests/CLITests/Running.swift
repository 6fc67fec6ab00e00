import Foundation
import Glibc

/// A process that has been started; its output goes to files, so that nobody has to read while it runs.
final class Running {
    private let process = Process()
    private let outputPath: String
    private let errorPath: String
    private let ended = DispatchSemaphore(value: 0)

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
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }

    var hasEnded: Bool { !process.isRunning }

    func signal(_ number: Int32) { kill(pid, number) }

    /// What it has written so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// Waits for its end; kills it when the time is over.
    func wait(seconds: Double = 60) throws -> Ended {
        guard ended.wait(timeout: .now() + seconds) == .success else {
            kill(pid, SIGKILL)
            throw Farmyard.Trouble("not ended after \(seconds) s; it said: \(output) \(errors)")
        }
        let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Ended(code: code, output: output, errors: errors)
    }
}
