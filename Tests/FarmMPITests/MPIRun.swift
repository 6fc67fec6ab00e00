import Foundation
import Testing

/// `mpiexec` of this machine, as tests use it.
enum MPIRun {
    /// Why tests that need it are skipped; nil if it is there.
    static let missing: String? = {
        let found = try? run(["mpiexec", "--version"])
        guard let found, found.code == 0 else {
            print("skipped: what needs MPI: there is no mpiexec; `.ci/deps` installs it")
            return "there is no mpiexec"
        }
        return nil
    }()

    static var isThere: Bool { missing == nil }

    /// More ranks than processors, and as root, if that is who runs the tests.
    static let environment = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
    ]

    /// Runs a program to its end.
    static func run(_ words: [String], environment: [String: String] = [:]) throws -> (
        code: Int32, said: String
    ) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(Self.environment) { $1 }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }

    /// What was built beside the test bundle.
    static func binary(_ name: String) -> String {
        let places =
            CommandLine.arguments.map { ($0 as NSString).deletingLastPathComponent }
            + Bundle.allBundles.map { ($0.bundlePath as NSString).deletingLastPathComponent }
            + [".build/debug"]
        let paths = places.map { "\($0)/\(name)" }
        return paths.first { access($0, X_OK) == 0 } ?? name
    }
}
