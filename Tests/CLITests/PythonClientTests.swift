import Foundation
import Testing

/// `examples/python-client`: a client in another language, written from docs/protocol.md alone.
@Suite(
    .serialized, .enabled(if: PythonVenv.isThere, "pip cannot make its environment"), .timeLimit(.minutes(10))
)
struct PythonClientTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    /// All of the module's tests were well.
    private func pass(_ modules: String...) throws {
        for module in modules {
            let ended = try yard.pythonTests(module)
            #expect(ended.code == 0, "\(ended.errors)")
            // `python -m unittest` of nothing is no success, and of only skipped tests it is.
            #expect(ended.errors.contains(#/\nRan [1-9][0-9]* tests?/#), "\(ended.errors)")
        }
    }

    @Test func `pip installs the package, and it says how it is called`() throws {
        let python = try PythonVenv.shared.get().python
        let offline = "--no-index --no-deps --no-build-isolation"
        let line = "\(python) -m pip install \(PythonVenv.quiet) \(offline) \(PythonVenv.package)"
        let ended = try yard.shell(
            "\(line) && \(python) -m taskfarm --help && ls \(PythonVenv.package)")
        #expect(ended.code == 0 && ended.output.contains("mec and tc"), "\(ended.errors)")
        #expect(
            !ended.output.contains(#/build|dist|egg-info/#), "nothing is left in the tree: \(ended.output)")
        let nobody = try yard.shell("\(python) -m taskfarm < /dev/null")
        #expect(nobody.code == 3 && nobody.errors.contains("tasks cluster start"), "\(nobody.errors)")
    }

    @Test func `the worked example of the protocol's page, damaged bytes, sessions and values`() throws {
        try pass("tests.test_protocol", "tests.test_session", "tests.test_values", "tests.test_functions")
    }

    @Test func `commands, dependencies, kills of the controller, keys and CURVE`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "2")
        defer { stop() }
        try pass("tests.live_tasks")
    }

    /// A farm whose kernels are of the environment, so that they have NumPy where the client has it.
    private func startKernels() throws {
        let folder = URL(fileURLWithPath: try PythonVenv.shared.get().python).deletingLastPathComponent().path
        let path = "\(folder):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        let started = try yard.tasks(
            "cluster", "start", "-n", "4", "--slots", "1", environment: ["PATH": path])
        #expect(started.code == 0, "\(started.errors)")
    }

    @Test func `C52 the sessions of the original documentation, word for word`() throws {
        try startKernels()
        defer { stop() }
        try pass("tests.live_session", "tests.live_console")
    }

    @Test func `C53 C54 engines and tasks: values, functions, errors, interrupts, both at once`() throws {
        try startKernels()
        defer { stop() }
        try pass("tests.live_engines", "tests.live_python")
    }
}
