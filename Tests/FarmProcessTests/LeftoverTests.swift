import FarmProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LeftoverTests {
    @Test func `runners that work side by side leave each other's processes alone`() async throws {
        let harnesses = try (0..<3).map { _ in try Harness() }
        // A program that ends at once with a daemon left behind, beside others that are just being born.
        let leaver = shell("setsid sleep 1000 > /dev/null 2>&1 & exit 3")
        let plain = shell("exit 4")
        for _ in 0..<25 {
            let tokens = harnesses.enumerated().map { number, harness in
                (harness, (0..<4).map { ($0, harness.start($0 % 2 == number % 2 ? leaver : plain)) }, number)
            }
            for (harness, started, number) in tokens {
                for (index, token) in started {
                    let wanted: Int32 = index % 2 == number % 2 ? 3 : 4
                    let end = await harness.end(of: token)
                    guard case .exited(wanted) = end.ending else {
                        return #expect(Bool(false), "\(end.ending)")
                    }
                    #expect(!end.leftoversRemain)
                }
            }
        }
    }

    @Test func `a killed tree leaves nothing`() async throws {
        let harness = try Harness()
        let token = harness.start(
            shell("sleep 1000 & echo $!; sh -c 'sleep 1001 & echo $!; echo up; wait' & wait"))
        await harness.hear("up\n")
        harness.runner.kill(token: token)
        let end = await harness.end(of: token)
        for line in end.output.text.split(separator: "\n") where line != "up" {
            #expect(!isRunning(pid(in: String(line))))
        }
    }

    @Test func `one that ignores the request to end is killed after the grace`() async throws {
        let harness = try Harness()
        let token = harness.start(shell("trap '' TERM; echo up; while :; do sleep 1000; done"))
        await harness.hear("up\n")
        harness.runner.terminate(token: token, graceSeconds: 0.2)
        let end = await harness.end(of: token)
        guard case .signalled(SIGKILL, _) = end.ending else { return #expect(Bool(false), "\(end.ending)") }
    }

    @Test func `one that obeys the request ends its own way`() async throws {
        let harness = try Harness()
        let token = harness.start(
            shell("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.01; done"))
        await harness.hear("up\n")
        harness.runner.terminate(token: token, graceSeconds: 1000)
        let end = await harness.end(of: token)
        guard case .exited(5) = end.ending else { return #expect(Bool(false), "\(end.ending)") }
        #expect(end.output.text == "up\nbye\n")
    }

    @Test func `the rest of the tree has the grace too`() async throws {
        let harness = try Harness()
        // The shell itself dies of SIGTERM; what it runs wants a moment to save its work.
        let line =
            "sh -c 'trap \"sleep 0.1; echo saved; exit\" TERM; echo up; while :; do sleep 0.01; done' & wait"
        let token = harness.start(shell(line))
        await harness.hear("up\n")
        // Not longer: a daemon with a scrubbed environment, as another test here leaves one, may come from
        // this attempt as far as the runner can tell, and has the grace as well.
        harness.runner.terminate(token: token, graceSeconds: 10)
        let end = await harness.end(of: token)
        guard case .signalled(SIGTERM, _) = end.ending else { return #expect(Bool(false), "\(end.ending)") }
        #expect(end.output.text == "up\nsaved\n")
    }

    @Test func `a background process dies with its attempt and does not hold up its end`() async throws {
        let end = try await Harness().run(shell("sleep 1000 & echo $!"))
        #expect(end.ending.isSuccess)
        #expect(!isRunning(pid(in: end.output.text)))
        #expect(!end.leftoversRemain)
    }

    @Test func `a daemon in a session of its own dies with its attempt`() async throws {
        let line = """
            setsid sh -c 'sleep 1000 & echo $! > pid; wait' & \
            while ! [ -s pid ]; do sleep 0.01; done; cat pid
            """
        let end = try await Harness().run(shell(line, directory: scratch()))
        #expect(end.ending.isSuccess)
        #expect(end.leftoversKilled > 0)
        #expect(!isRunning(pid(in: end.output.text)))
    }

    @Test func `a daemon that scrubbed its environment dies once nothing else can have started it`()
        async throws
    {
        let line = """
            setsid env -i /bin/sh -c '/bin/sleep 1000 & echo $! > pid; wait' & \
            while ! [ -s pid ]; do sleep 0.01; done; cat pid
            """
        let harness = try Harness()
        let daemon = pid(in: await harness.run(shell(line, directory: scratch())).output.text)
        #expect(daemon > 0)
        // Other tests run attempts in this process meanwhile, any of which might be its owner.
        while isRunning(daemon) { _ = await harness.run(shell("true")) }
    }

    @Test func `attempts of other runners are left alone`() async throws {
        let (one, other) = (try Harness(), try Harness())
        let line = "setsid sh -c 'echo $$; echo up; exec sleep 1000' & wait"
        let token = one.start(shell(line))
        await one.hear("up\n")
        for _ in 0..<20 { _ = await other.run(shell("setsid sleep 1000 & true")) }
        let daemon = pid(in: String(decoding: one.chunks.flatMap(\.bytes), as: UTF8.self))
        #expect(isRunning(daemon))
        one.runner.kill(token: token)
        _ = await one.end(of: token)
        #expect(!isRunning(daemon))
    }

    @Test func `many that fork into sessions of their own are all caught`() async throws {
        let line = """
            for i in $(seq 8); do setsid sh -c 'sh -c "sleep 1000 & echo \\$! >> pids" & wait' & done; \
            while [ "$(cat pids | wc -l)" -lt 8 ]; do sleep 0.01; done; cat pids
            """
        var request = shell(line, directory: scratch())
        request.errors = .null
        let end = try await Harness().run(request)
        #expect(!end.leftoversRemain)
        let pids = end.output.text.split(separator: "\n").map { pid(in: String($0)) }
        #expect(pids.count == 8)
        #expect(pids.allSatisfy { !isRunning($0) })
    }
}
