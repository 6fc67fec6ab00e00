import Foundation
import Glibc
import Testing

/// A pool under the real `mpiexec`.
enum MPIPool {
    /// Whether this machine has one; said once if not.
    static let isThere: Bool = {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        if paths.contains(where: { access("\($0)/mpiexec", X_OK) == 0 }) { return true }
        print("skipped: pools under MPI: there is no mpiexec; `.ci/deps` installs it")
        return false
    }()

    /// More ranks than processors, and as root, if that is who runs the tests.
    static let environment = [
        "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
    ]
}

extension Farmyard {
    /// What was built beside `tasks`.
    static func beside(_ name: String) -> String {
        (binary as NSString).deletingLastPathComponent + "/" + name
    }

    /// `mpiexec -n RANKS` of an engine that joins this yard's farm.
    func mpiexec(
        _ ranks: Int, _ engine: String = "FarmPoolProbe", _ arguments: String..., slots: Int = 1
    ) throws -> Running {
        let words =
            ["mpiexec", "-n", "\(ranks)", Self.beside(engine), "--name", "mpi", "--slots", "\(slots)"]
            + arguments
        return try Running(
            "/usr/bin/env", words, input: "", directory: directory,
            environment: environment(MPIPool.environment), scratch: home)
    }

    /// The farm's engines.
    func engines() throws -> [[String: Any]] { try tasks("engine", "list", "-o", "json").objects() }

    /// Waits until so many engines are attached.
    func awaitEngines(_ count: Int) throws {
        try eventually("\(count) engines are there") {
            try engines().filter { $0["state"] as? String == "attached" }.count == count
        }
    }

    /// Submits one collective call and gives what `submit --wait` came to.
    func call(
        _ function: String, with input: String = "null", ranks: String = "all", more: String = "",
        wait: Bool = true
    ) throws -> Ended {
        let file = "\(function)-\(UUID().uuidString).yaml"
        try write(
            file,
            """
            tasks:
              \(function): {call: \(function), with: \(input), collective: \(ranks)\(more.isEmpty ? "" : ", \(more)")}
            """)
        return try start(["submit"] + (wait ? ["--wait"] : []) + [file]).wait(seconds: 90)
    }

    /// The value of the job's only task.
    func value(_ job: Int) throws -> String? {
        guard let value = try tasks("results", "-o", "json", "\(job)").objects().first?["value"] else {
            return nil
        }
        return "\(value)"
    }

    /// How the ranks of the job's only task ended.
    func ranks(_ job: Int) throws -> [String] {
        try tasks("show", "-o", "json", "\(job).0").objects().first?["ranks"] as? [String] ?? []
    }
}
