import FarmProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SpawnErrorTests {
    private func code(_ request: SpawnRequest) -> SpawnError.Code? {
        do {
            _ = try ChildProcess.start(request).wait()
            return nil
        } catch {
            #expect(!error.message.isEmpty)
            return error.code
        }
    }

    @Test func `a missing program is told with where it was looked for`() async throws {
        let request = SpawnRequest(
            ["no-such-program"], environment: PreparedEnvironment(["PATH=/nowhere:/usr/bin"]))
        guard case .notStarted(let error) = try await Harness().run(request).ending else {
            return #expect(Bool(false))
        }
        #expect(error.code == .programNotFound)
        #expect(error.message.contains("/nowhere:/usr/bin"))
        #expect(code(SpawnRequest(["/no/such/program"])) == .programNotFound)
    }

    @Test func `the program is looked for in the path of the child`() throws {
        let place = scratch()
        writeFile(place + "/mine", "#!/bin/sh\nexit 3\n", mode: 0o755)
        let request = SpawnRequest(["mine"], variables: ["PATH=/nowhere:\(place)"])
        guard case .exited(3) = try ChildProcess.start(request).wait().ending else {
            return #expect(Bool(false))
        }
        #expect(code(SpawnRequest(["mine"])) == .programNotFound)
    }

    @Test func `what cannot be executed is told apart`() {
        let place = scratch()
        writeFile(place + "/plain", "#!/bin/sh\n", mode: 0o644)
        writeFile(place + "/garbage", "neither fish nor fowl\n", mode: 0o755)
        writeFile(place + "/orphan", "#!/no/such/interpreter\n", mode: 0o755)
        #expect(code(SpawnRequest([place + "/plain"])) == .permissionDenied)
        #expect(code(SpawnRequest([place])) == .programIsDirectory)
        #expect(code(SpawnRequest([place + "/garbage"])) == .badFormat)
        #expect(code(SpawnRequest([place + "/orphan"])) == .interpreterMissing)
        #expect(code(SpawnRequest(["./plain"], directory: place)) == .permissionDenied)
    }

    @Test func `a bad directory is told apart from a bad program`() {
        let place = scratch()
        writeFile(place + "/file", "")
        #expect(code(SpawnRequest(["/bin/true"], directory: place + "/absent")) == .directoryMissing)
        #expect(code(SpawnRequest(["/bin/true"], directory: place + "/file")) == .directoryUnusable)
    }

    @Test func `a file that cannot be opened is named`() {
        var request = SpawnRequest(["/bin/true"], directory: scratch())
        request.output = .file("no/such/directory/out", append: false)
        #expect(code(request) == .outputUnavailable)
        request.output = .null
        request.errors = .file("/", append: true)
        #expect(code(request) == .outputUnavailable)
        request.errors = .null
        request.input = .file("absent")
        #expect(code(request) == .inputUnavailable)
    }

    @Test func `requests that make no sense are refused`() {
        #expect(code(SpawnRequest([])) == .invalidRequest)
        #expect(code(SpawnRequest([""])) == .invalidRequest)
        #expect(code(SpawnRequest(["/bin/echo", "a\0b"])) == .invalidRequest)
        var request = SpawnRequest(["/bin/true"])
        request.cpus = [4095]
        #expect(code(request) == .invalidRequest)
        request.cpus = [-1]
        #expect(code(request) == .invalidRequest)
    }

    @Test func `arguments beyond the kernel's limit are told as such`() {
        let long = String(repeating: "x", count: 200_000)
        #expect(code(SpawnRequest(["/bin/true", long])) == .argumentsTooLong)
    }
}
