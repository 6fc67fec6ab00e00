import FarmProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProcessRunnerTests {
    @Test(arguments: [0, 1, 7, 255]) func `an exit code comes back`(code: Int32) async throws {
        let end = try await Harness().run(shell("exit \(code)"))
        guard case .exited(code) = end.ending else { return #expect(Bool(false), "\(end.ending)") }
        #expect(end.ending.isSuccess == (code == 0))
        #expect(end.endedAtNanoseconds > end.startedAtNanoseconds)
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV]) func `a death by signal names the signal`(signal: Int32)
        async throws
    {
        let end = try await Harness().run(shell("kill -\(signal) $$"))
        guard case .signalled(signal, _) = end.ending else { return #expect(Bool(false), "\(end.ending)") }
    }

    @Test func `both streams are captured apart`() async throws {
        let end = try await Harness().run(shell("echo out; echo err >&2"))
        #expect(end.output.text == "out\n")
        #expect(end.errors.text == "err\n")
        #expect(!end.output.isTruncated)
    }

    @Test func `processor time and memory are plausible`() async throws {
        let end = try await Harness().run(shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"))
        #expect(end.ending.isSuccess)
        #expect(end.usage.cpuNanoseconds > 10_000_000)
        #expect(end.usage.cpuNanoseconds < 60_000_000_000)
        #expect(end.usage.peakResidentKiB > 500)
    }

    @Test func `a flood is drained and only its beginning and end are kept`() async throws {
        var request = shell("echo first; head -c 5000000 /dev/zero; echo last")
        request.captureLimitBytes = 1000
        let end = try await Harness().run(request)
        #expect(end.ending.isSuccess)
        #expect(end.output.totalBytes == 5_000_011)
        #expect(end.output.bytes.count == 1000)
        #expect(end.output.headCount == 500)
        #expect(end.output.isTruncated)
        #expect(end.output.text.hasPrefix("first\n"))
        #expect(end.output.text.hasSuffix("last\n"))
    }

    @Test(arguments: [0, 1, 2, 7, 64, 4096]) func `a limit holds whatever the amount`(limit: Int) async throws
    {
        var request = shell("seq 1 200000")
        request.captureLimitBytes = limit
        let end = try await Harness().run(request)
        #expect(end.output.bytes.count == limit)
        #expect(end.output.totalBytes == 1_288_895)
        #expect(limit < 7 || end.output.text.hasSuffix(limit == 7 ? "00\n" : "200000\n"))
    }

    @Test func `bytes reach standard input whatever their number`() async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var request = shell("cat")
        request.input = .bytes(bytes)
        let end = try await Harness().run(request)
        #expect(end.output.bytes == bytes)
    }

    @Test func `without input a reader sees the end at once`() async throws {
        #expect(try await Harness().run(shell("cat; echo done")).output.text == "done\n")
    }

    @Test func `files take the streams relative to the directory`() async throws {
        let place = scratch()
        let harness = try Harness()
        var request = shell("cat; echo err >&2", directory: place)
        writeFile(place + "/in", "given\n")
        writeFile(place + "/log", "old\n")
        request.input = .file("in")
        request.output = .file("out", append: false)
        request.errors = .file("log", append: true)
        #expect(await harness.run(request).ending.isSuccess)
        #expect(readFile(place + "/out") == "given\n")
        #expect(readFile(place + "/log") == "old\nerr\n")
    }

    @Test func `one file for both streams keeps the order`() async throws {
        let place = scratch()
        var request = shell("echo 1; echo 2 >&2; echo 3", directory: place)
        request.output = .file("log", append: false)
        request.errors = .file("log", append: false)
        #expect(try await Harness().run(request).ending.isSuccess)
        #expect(readFile(place + "/log") == "1\n2\n3\n")
        request.output = .capture
        request.errors = .sameAsOutput
        #expect(try await Harness().run(request).output.text == "1\n2\n3\n")
    }

    @Test func `the environment is exactly the one given`() async throws {
        setenv("FARM_PROCESS_TEST_SECRET", "1", 1)
        let base = PreparedEnvironment(["PATH=/usr/bin:/bin", "A=base", "B=base"])
        var request = SpawnRequest(["env"], environment: base, variables: ["A=no", "A=own", "C=x=y"])
        request.errors = .null
        let end = try await Harness().run(request)
        let lines = end.output.text.split(separator: "\n").filter { !$0.hasPrefix(EngineMark.variableName) }
        #expect(Set(lines) == ["PATH=/usr/bin:/bin", "A=own", "B=base", "C=x=y"])
        #expect(lines.count == 4)
    }

    @Test func `no other descriptor reaches the child`() async throws {
        let leaky = open("/dev/null", O_RDONLY)
        defer { close(leaky) }
        let end = try await Harness().run(shell("ls /proc/self/fd | wc -l"))
        #expect(end.output.text.trimmed == "4")  // 0, 1, 2 and the one that ls reads with
    }

    @Test func `output of a long process is told while it runs`() async throws {
        let harness = try Harness()
        let token = harness.start(shell("echo early; sleep 1000"))
        await harness.hear("early\n")
        #expect(harness.chunks.first?.offset == 0)
        #expect(harness.chunks.first?.stream == .output)
        harness.runner.kill(token: token)
        let end = await harness.end(of: token)
        #expect(end.output.text == "early\n")
    }

    @Test func `hundreds in quick succession leak nothing`() async throws {
        let harness = try Harness()
        let before = openDescriptors()
        var tokens: [UInt64] = []
        for number in 0..<500 { tokens.append(harness.start(shell("exit \(number % 3)"))) }
        for (number, token) in tokens.enumerated() {
            guard case .exited(let code) = await harness.end(of: token).ending else {
                return #expect(Bool(false))
            }
            #expect(code == Int32(number % 3))
        }
        // Other tests run beside this one; a leak would show 500 or more.
        #expect(openDescriptors() - before < 250)
        #expect(zombies() < 100)
    }

    @Test func `a stopped runner has told every end`() async throws {
        let harness = try Harness()
        let tokens = (0..<5).map { _ in harness.start(shell("sleep 1000")) }
        harness.runner.stop()
        for token in tokens {
            guard case .signalled(SIGKILL, _) = await harness.end(of: token).ending else {
                return #expect(Bool(false))
            }
        }
    }

    @Test func `a token in use is refused`() async throws {
        let harness = try Harness()
        let token = harness.start(shell("sleep 1000"))
        harness.runner.start(shell("true"), token: token)
        guard case .notStarted(let error) = await harness.end(of: token).ending else {
            return #expect(Bool(false))
        }
        #expect(error.code == .invalidRequest)
        harness.runner.kill(token: token)
        _ = await harness.end(of: token)
    }
}

extension String {
    var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
