import FarmProcess
import FarmTransport
import Foundation

/// How a Python kernel is started: which interpreter, and its program, which is part of this one.
struct KernelProgram: Sendable {
    /// A path, or a name that is looked for in `PATH`.
    let python: String
    /// Where the program is put: a directory of the worker's own.
    let directory: String
    let mark: EngineMark
    /// Threads that numerical libraries start, unless the environment says otherwise.
    let cpus: Int
    /// What makes it a rank of MPI's world; nil: it is none.
    var startUp: KernelStartUp?

    /// The exit code of an interpreter that is too old.
    private static let tooOld: Int32 = 87
    /// Its start-up misses a module; it has failed otherwise.
    private static let (moduleMissing, startUpFailed): (Int32, Int32) = (88, 89)
    static let oldest = "3.9"
    /// What is looked for in `PATH` unless another is named.
    static let defaultPython = "python3"

    /// Runs in any Python: it must not stumble over what it is there to find out.
    private static let start = """
        import sys
        if sys.version_info < (3, 9):
            sys.stderr.write(sys.version.split()[0])
            sys.exit(87)
        # Nothing of the directory where we are, whether the interpreter puts that there or not.
        sys.path[:] = [sys.argv.pop(1)] + [place for place in sys.path if place]
        from farm_kernel import kernel
        sys.path[0] = ''
        arguments, sys.argv = sys.argv[1:], ['']
        kernel.serve(*arguments)
        """

    private static let files: [(name: String, bytes: [UInt8])] = [
        ("arrays.py", PackageResources.arrays_py), ("cells.py", PackageResources.cells_py),
        ("functions.py", PackageResources.functions_py), ("kernel.py", PackageResources.kernel_py),
        ("rank_calls.py", PackageResources.rank_calls_py), ("ranks.py", PackageResources.ranks_py),
        ("requests.py", PackageResources.requests_py), ("values.py", PackageResources.values_py),
        ("wire.py", PackageResources.wire_py),
    ]

    /// Starts it. It is ready when it says so.
    /// - Throws: `KernelError`: `PythonMissing`, `PythonNotStarted`.
    func launch(captureLimitBytes: Int) throws(KernelError) -> FramedProcess {
        let home = directory + "/python"
        do { try write(to: home + "/farm_kernel") } catch {
            throw KernelError(
                "PythonNotStarted",
                "the kernel cannot be put into \(home): \(error.localizedDescription) Make room there, or "
                    + "start the engine with another TMPDIR", cause: .notStarted)
        }
        var request = SpawnRequest(
            [python, "-c", Self.start, home] + (startUp.map { [$0.name, $0.path] } ?? []),
            environment: .ofThisProcess(without: ["TASKS_CAPABILITY"]))
        if getenv("OMP_NUM_THREADS") == nil { request.variables.append("OMP_NUM_THREADS=\(cpus)") }
        request.captureLimitBytes = captureLimitBytes
        do throws(SpawnError) {
            return try FramedProcess(request, mark: mark)
        } catch {
            let isMissing = [.programNotFound, .interpreterMissing, .programIsDirectory, .permissionDenied]
                .contains(error.code)
            throw KernelError(
                isMissing ? "PythonMissing" : "PythonNotStarted",
                "there is no Python on this engine: \(error.message); install Python \(Self.oldest) or later, or "
                    + "name one by `--python PATH` when the engine is started", cause: .notStarted)
        }
    }

    private func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for file in Self.files {
            try Data(file.bytes).write(to: URL(fileURLWithPath: directory + "/" + file.name))
        }
    }

    /// What is said of one that ended, or was given up, before it was ready.
    func failure(_ ending: ProcessEnding, _ errors: CapturedOutput, tookTooLong: Bool) -> KernelError {
        if case .exited(Self.tooOld) = ending {
            return KernelError(
                "PythonTooOld",
                "\(python) is Python \(errors.text), and a kernel needs \(Self.oldest) or later: name another by "
                    + "`--python PATH` when the engine is started", cause: .notStarted)
        }
        if let startUp, case .exited(Self.moduleMissing) = ending {
            return KernelError(
                "PythonNotStarted",
                "--mpi \(startUp.name): \(errors.text); install what is missing for that interpreter (mpi4py: `pip install "
                    + "mpi4py`, built with the MPI whose mpiexec starts it, or Debian's python3-mpi4py for "
                    + "/usr/bin/python3), or name another by `--python PATH`", cause: .notStarted)
        }
        if let startUp, case .exited(Self.startUpFailed) = ending {
            return KernelError(
                "PythonNotStarted",
                "--mpi \(startUp.name): the start-up \(startUp.path.isEmpty ? "" : "\(startUp.path) ")has failed in \(python): “"
                    + "\(CommandReport.lastWords(errors))”", cause: .notStarted)
        }
        var message =
            tookTooLong
            ? "\(python) was not ready within a minute" : "\(python) did not start as a Python kernel"
        if !tookTooLong { message += ": it ended by \(Self.words(ending))" }
        let said = CommandReport.lastWords(errors)
        if !said.isEmpty { message += ", saying “\(said)”" }
        message += "; is it a Python interpreter? `--python PATH` names another when the engine is started"
        return KernelError("PythonNotStarted", message, cause: .notStarted)
    }

    /// `exit code 3`, `signal KILL`.
    static func words(_ ending: ProcessEnding) -> String {
        switch ending {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal, let dumpedCore):
            "signal \(SignalName.of(signal))\(dumpedCore ? ", core dumped" : "")"
        case .notStarted(let error): error.message
        case .lost: "a way that is not known"
        }
    }
}
