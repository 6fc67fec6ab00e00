import ArgumentParser
import FarmProcess
import FarmTransport
import Glibc
import MultiEngine

/// `tasks multi console`.
struct MultiConsole: AsyncParsableCommand, Interruptible {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "A prompt whose lines are executed on engines.",
        discussion: """
            History is kept in the profile. Lines that come from no terminal are executed as they come; exit \
            code 1 if one of them failed.
            --python starts a local Python instead, with `mec` and `tc` of the Python client.
            """)

    @Flag(help: "A local Python with the client of examples/python-client.")
    var python = false
    @Argument(help: "With --python: which one. Default: python3.")
    var interpreter: String?
    @OptionGroup var multi: MultiOptions

    func validate() throws {
        if interpreter != nil, !python {
            throw ValidationError("an interpreter goes with --python; the console takes no other argument")
        }
    }

    func run() async throws {
        if python { return try PythonConsole.start(interpreter ?? "python3", multi.farm) }
        let path = multi.farm.own.map { "\($0.path)/multi-history" }
        let hasFailed = try await multi.connected { client in
            var console = Console(client, history: LineHistory(path: path))
            try await console.run()
            return console.hasFailed
        }
        if hasFailed, isatty(0) == 0 { throw CommandFailure.silent(.someFailed) }
    }
}

/// A local Python with the Python client, in place of this process.
enum PythonConsole {
    static func start(_ interpreter: String, _ farm: FarmOptions) throws {
        guard try exitCode([interpreter, "-c", "import taskfarm"]) == 0 else {
            guard try exitCode([interpreter, "-c", "pass"]) == 0 else {
                throw CommandFailure(
                    .refused,
                    "\(interpreter) cannot be run; name a Python: `tasks multi console --python PATH`")
            }
            throw CommandFailure(
                .refused,
                "\(interpreter) has no module taskfarm: install the Python client for it with"
                    + " `\(interpreter) -m pip install examples/python-client` in this project's directory")
        }
        var words = [interpreter, "-m", "taskfarm"]
        if let profile = farm.profile { words += ["--profile", FarmOptions.absolute(profile)] }
        if let capability = farm.capability { words += ["--capability", capability] }
        signal(SIGPIPE, SIG_DFL)
        // Threads of ours have all signals blocked, and what is executed would inherit that: no Ctrl-C.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execvp(interpreter, arguments)
        throw CommandFailure(.refused, "\(interpreter) cannot be run: \(String(cString: strerror(errno)))")
    }

    /// Of a program that says nothing.
    private static func exitCode(_ words: [String]) throws -> Int32 {
        let request = SpawnRequest(
            words, environment: .ofThisProcess(), output: .null, errors: .null)
        guard let child = try? ChildProcess.start(request) else { return 127 }
        guard case .exited(let code) = child.wait().ending else { return 128 }
        return code
    }
}
