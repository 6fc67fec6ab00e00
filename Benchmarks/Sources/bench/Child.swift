import Foundation
import Glibc

/// A program that a measurement runs.
final class Child {
    private let process = Process()
    private let output = Pipe()

    /// Starts it; its standard output is kept, its standard error is ours unless `quiet`.
    init(_ path: String, _ arguments: [String], environment: [String: String] = [:], quiet: Bool = false)
        throws
    {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        if quiet { process.standardError = FileHandle.nullDevice }
        try process.run()
    }

    /// Waits for its end and returns what it printed.
    func finish() throws -> String {
        let data = output.fileHandleForReading.readDataToEndOfFile()
        while process.isRunning { usleep(500) }
        guard process.terminationStatus == 0 else {
            throw BenchError(
                "\(process.executableURL?.path ?? "") \(process.arguments ?? []) ended with \(process.terminationStatus)"
            )
        }
        return String(decoding: data, as: UTF8.self)
    }

    var pid: Int32 { process.processIdentifier }

    /// Ends it.
    func end() {
        guard process.isRunning else { return }
        process.terminate()
        while process.isRunning { usleep(500) }
    }

    /// Ends it at once. A thread of Swift's has signals blocked, and what it starts has, too: such a child
    /// need not hear `end`.
    func kill() {
        _ = Glibc.kill(pid, SIGKILL)
        while process.isRunning { usleep(500) }
    }

    /// Runs it to its end and reads the number called `key` from the JSON that it printed.
    static func number(
        _ path: String, _ arguments: [String], _ key: String, environment: [String: String] = [:]
    ) throws -> Double {
        let text = try Child(path, arguments, environment: environment).finish()
        guard let value = number(in: text, key) else { throw BenchError("no '\(key)' in \(text)") }
        return value
    }

    static func number(in text: String, _ key: String) -> Double? {
        guard let found = text.range(of: "\"\(key)\":") else { return nil }
        let value = text[found.upperBound...].drop { $0 == " " }
        return Double(value.prefix { "0123456789.eE+-".contains($0) })
    }
}
