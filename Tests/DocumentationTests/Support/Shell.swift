import Foundation

/// A directory of its own in which the steps of one page are run by one shell, with the `tasks` that was
/// built and a farm that nobody else has.
struct Shell: ~Copyable {
    let directory: URL
    private let environment: [String: String]

    /// Seconds that all steps of a page may take together.
    static let limitSeconds = 150

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory.appendingPathComponent("work"), withIntermediateDirectories: true)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = Repository.binaries.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["TASKS_HOME"] = directory.appendingPathComponent("home").path
        environment["TASKS_CAPABILITY"] = nil
        // Programs' own messages stand on the pages.
        environment["LC_ALL"] = "C.UTF-8"
        self.environment = environment
    }

    /// Runs all steps, those behind a failed one too, and says what each printed and how it ended.
    ///
    /// - Returns: the results of the steps that were reached before the time was up.
    func run(_ steps: [Step]) throws -> [StepResult] {
        // Each step leaves its output in a file and its exit code in another: a pipe would be held open by
        // what a step leaves running.
        var script = ""
        for (index, step) in steps.enumerated() {
            script +=
                "{\n\(step.command)\n} > \"$LOG/\(index).out\" 2>&1 < /dev/null; echo $? > \"$LOG/\(index).code\"\n"
        }
        let log = directory.appendingPathComponent("log")
        try FileManager.default.createDirectory(at: log, withIntermediateDirectories: true)
        let file = directory.appendingPathComponent("script")
        try Data(script.utf8).write(to: file)
        try bash(["timeout", "--signal=KILL", "\(Self.limitSeconds)", "bash", file.path], log: log)
        return try steps.indices.compactMap { index in
            guard
                let code = try? String(
                    contentsOf: log.appendingPathComponent("\(index).code"), encoding: .utf8)
            else {
                return nil
            }
            let bytes = try Data(contentsOf: log.appendingPathComponent("\(index).out"))
            return StepResult(
                exitCode: Int32(code.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1,
                output: String(decoding: bytes, as: UTF8.self).split(
                    separator: "\n", omittingEmptySubsequences: false
                )
                .map(String.init))
        }
    }

    /// Names that stand for what differs between machines and runs. The pages' own user and machine are
    /// called ada.
    var names: [(text: String, shape: String)] {
        [
            (directory.appendingPathComponent("home").path, "~/.tasks"),
            (directory.appendingPathComponent("work").path, "WORK"),
            (ProcessInfo.processInfo.hostName, "ada"), (NSUserName(), "ada"),
        ]
    }

    private func bash(_ arguments: [String], log: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = directory.appendingPathComponent("work")
        process.environment = environment.merging(["LOG": log.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    deinit {
        // Whatever a page has started and not stopped.
        try? bash(
            ["sh", "-c", "for p in \"$TASKS_HOME\"/*; do tasks cluster stop --now --profile \"$p\"; done"],
            log: directory)
        try? FileManager.default.removeItem(at: directory)
    }
}

/// What came of a step.
struct StepResult {
    var exitCode: Int32
    var output: [String]
}
