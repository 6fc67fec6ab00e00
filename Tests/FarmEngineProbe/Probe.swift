import FarmEngine
import FarmProcess
import Glibc

/// A user's engine, as the tests start it.
@main struct Probe {
    static func main() async {
        if CommandLine.arguments.dropFirst().first == "--as-init" { asInit() }
        await Engine.main(functions: [Crash.self, Where.self])
    }

    /// Starts an engine and plays init for whatever it leaves, without ending any of it: so the tests see who
    /// did. Prints the engine's pid; ends with the engine's exit code when no child is left, or when it is
    /// told to.
    private static func asInit() -> Never {
        Subreaper.adoptOrphans()
        var code: Int32 = 0
        do {
            var request = SpawnRequest(
                [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2),
                environment: .ofThisProcess(),
                output: .inherit, errors: .inherit)
            request.program = "/proc/self/exe"
            let engine = try ChildProcess.start(request)
            print(engine.pid)
            fflush(nil)
            let ending = engine.wait().ending
            if case .exited(let given) = ending { code = given } else { code = 99 }
        } catch {
            print(error)
            code = 98
        }
        var status: Int32 = 0
        while wait(&status) > 0 || errno == EINTR {}
        exit(code)
    }
}

/// Takes its whole process with it.
struct Crash: TaskFunction {
    static let name = "crash"
    func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing {
        fatalError("on purpose")
    }
}

/// Tells the worker's process.
struct Where: TaskFunction {
    static let name = "where"
    func run(_ input: Nothing, _ context: TaskContext) async throws -> Int { Int(getpid()) }
}
