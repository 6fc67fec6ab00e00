import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

@Suite(.timeLimit(.minutes(1))) struct CommandTests {
    private func run(
        _ line: String, timeout: Int64 = 0, grace: Int64 = .seconds(5),
        _ change: (inout TaskTemplate) -> Void = { _ in }
    ) async throws -> EngineHarness.Ended {
        var template = TaskTemplate(.shell(line))
        change(&template)
        let harness = try EngineHarness()
        defer { harness.stop() }
        return await harness.run(template, timeout: timeout, grace: grace)
    }

    @Test func `a command's output is kept and it has no value`() async throws {
        let ended = try await run("echo out; echo err >&2")
        #expect(ended.state == .succeeded)
        #expect(ended.report.exitCode == 0)
        #expect(ended.output == "out\n")
        #expect(ended.errorOutput == "err\n")
        #expect(ended.payload.value == nil)
        #expect(ended.report.startedAt > .zero)
        #expect(ended.report.durationNanoseconds > 0)
        #expect(ended.report.cpuNanoseconds > 0)
    }

    @Test func `words are run without a shell`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        let ended = await harness.run(TaskTemplate(.arguments(["/bin/echo", "$HOME", "a b"])))
        #expect(ended.output == "$HOME a b\n")
    }

    @Test func `an exit code fails the task and its last word is told`() async throws {
        let ended = try await run("echo first >&2; echo 'no such mesh' >&2; exit 3")
        #expect(ended.state == .failed)
        #expect(ended.cause == .failure)
        #expect(ended.report.exitCode == 3)
        #expect(ended.error == "exit code 3: no such mesh")
    }

    @Test func `a signal is told by number and name`() async throws {
        let ended = try await run("kill -9 $$")
        #expect(ended.report.exitCode == -9)
        #expect(ended.error == "killed by signal 9 (KILL)")
    }

    @Test func `the default shell stops at the first failure and sees it in a pipe`() async throws {
        #expect(try await run("false; true").state == .failed)
        #expect(try await run("false | true").state == .failed)
    }

    @Test(arguments: [["/no/such/program"], ["/etc/passwd"], ["/tmp"], ["no-such-program-anywhere"]])
    func `what cannot be started is told as such`(_ words: [String]) async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        let ended = await harness.run(TaskTemplate(.arguments(words)))
        #expect(ended.state == .failed)
        #expect(ended.cause == .notStarted)
        #expect(ended.error.contains(words[0]))
    }

    @Test func `a submit directory that is not there on this host is named`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(TaskTemplate(.arguments(["/bin/true"])), directory: "/no/such/place")
        harness.dispatch(0..<1)
        let ended = await harness.end(of: 0)
        #expect(ended.cause == .notStarted)
        #expect(ended.error.contains("/no/such/place"))
    }

    @Test func `a command finds its task in its environment and nothing of the engine's`() async throws {
        setenv("ENGINES_OWN", "1", 1)
        let ended = try await run("env | sort") {
            $0.environment = [.init("GIVEN", "yes")]
        }
        let lines = Set(ended.output.split(separator: "\n").map(String.init))
        #expect(
            lines.isSuperset(of: [
                "GIVEN=yes", "TASKS_TASK_ID=1.0", "TASKS_ATTEMPT=1", "TASKS_JOB=1", "TASKS_NAME=task",
            ]))
        #expect(!ended.output.contains("ENGINES_OWN"))
    }

    @Test func `setup lines run first in the same shell`() async throws {
        let ended = try await run("echo $X") { $0.setup = ["X=set"] }
        #expect(ended.output == "set\n")
        let harness = try EngineHarness()
        defer { harness.stop() }
        var words = TaskTemplate(.arguments(["sh", "-c", "echo $X"]))
        words.setup = ["export X=exported"]
        #expect(await harness.run(words).output == "exported\n")
    }

    @Test func `standard input is text or empty`() async throws {
        #expect(try await run("cat").output == "")
        #expect(try await run("cat") { $0.stdin = .text("fed") }.output == "fed")
    }

    @Test func `JSON written to the result file is the value`() async throws {
        let ended = try await run("echo '{\"err\": 0.5}' > $TASKS_RESULT_FILE")
        #expect(try ended.value([String: Double].self) == ["err": 0.5])
    }

    @Test func `a result that is not JSON fails the task and says where`() async throws {
        let ended = try await run("printf '{\\n  \"err\": oops}' > $TASKS_RESULT_FILE")
        #expect(ended.state == .failed)
        #expect(ended.cause == .badResult)
        #expect(ended.error.contains("$TASKS_RESULT_FILE is not JSON"))
        #expect(ended.error.contains("line 2, column 10"))
    }

    @Test func `one command's result is never taken for another's`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(
            TaskTemplate(.shell("if [ $TASKS_TASK_ID = 1.0 ]; then echo 1 > $TASKS_RESULT_FILE; exit 1; fi")))
        harness.dispatch(0..<2)
        #expect(await harness.end(of: 0).state == .failed)
        let second = await harness.end(of: 1)
        #expect(second.state == .succeeded)
        #expect(second.payload.value == nil)
    }

    @Test func `what a task leaves in place of its result is its own failure, and nobody else's`()
        async throws
    {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(
            TaskTemplate(
                .shell(
                    """
                    case $TASKS_TASK_ID in
                    1.0) mkdir -p $TASKS_RESULT_FILE/a; touch $TASKS_RESULT_FILE/a/b;;
                    1.1) mkfifo $TASKS_RESULT_FILE;;
                    1.2) ln -s /dev/zero $TASKS_RESULT_FILE;;
                    1.3) mkdir $TASKS_RESULT_FILE; exit 7;;
                    *) echo 5 > $TASKS_RESULT_FILE;;
                    esac
                    """)))
        harness.dispatch(0..<6)
        for index in UInt32(0)..<3 {
            let end = await harness.end(of: index)
            #expect(end.cause == .badResult)
            #expect(end.error.contains("it is no regular file"), "\(end.error)")
        }
        #expect(await harness.end(of: 3).report.exitCode == 7)
        for index in UInt32(4)..<6 { #expect(try await harness.end(of: index).value(Int.self) == 5) }
        let left = try FileManager.default.contentsOfDirectory(atPath: harness.directory + "/scratch")
        #expect(left == [])
    }

    @Test func `a pipe that nobody has open at its other end keeps nobody waiting`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        mkfifo(harness.directory + "/pipe", 0o600)
        var output = TaskTemplate(.shell("echo out"))
        output.stdout = TaskTemplate.Output(file: "pipe")
        harness.define(output, group: 0)
        var input = TaskTemplate(.shell("cat"))
        input.stdin = .file("pipe")
        harness.define(input, group: 1)
        var result = TaskTemplate(.shell("true"))
        result.result = .file("pipe")
        harness.define(result, group: 2)
        for group in UInt32(0)..<3 { harness.dispatch(group..<group + 1, group: group) }
        #expect(await harness.end(of: 0).cause == .notStarted)
        #expect(await harness.end(of: 1).state == .succeeded)
        #expect(await harness.end(of: 2).cause == .badResult)
    }

    @Test func `a result file that an earlier run has left is not taken for this one's`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        var template = TaskTemplate(.shell("test $TASKS_TASK_ID = 1.1 || echo $TASKS_TASK_ID > out.json"))
        template.result = .file("out.json")
        harness.define(template)
        for index in UInt32(0)..<3 {
            harness.dispatch(index..<index + 1)
            let end = await harness.end(of: index)
            if index == 1 {
                #expect(end.cause == .badResult)
                #expect(end.error.contains("out.json was there before the task began"))
            } else {
                #expect(try end.value(Double.self) == 1 + Double(index) / 10)
            }
        }
    }

    @Test func `C29 what a dying worker kills is not told as failed`() async throws {
        let harness = try EngineHarness(slots: 2)
        defer { harness.stop() }
        harness.define(TaskTemplate(.shell("echo up; sleep 1000")))
        harness.dispatch(0..<5)
        _ = await harness.output(containing: "up")
        harness.core.mute()
        harness.commands.killAll()
        let turned = DispatchSemaphore(value: 0)
        harness.perform { turned.signal() }
        harness.perform { turned.signal() }
        await withCheckedContinuation { done in
            Thread {
                turned.wait()
                turned.wait()
                done.resume()
            }.start()
        }
        #expect(harness.received == 0)
    }

    @Test func `a result file of the task's own has to be there and be JSON`() async throws {
        let good = try await run("echo '[1, 2]' > out.json") { $0.result = .file("out.json") }
        #expect(try good.value([Int].self) == [1, 2])
        let missing = try await run("true") { $0.result = .file("out.json") }
        #expect(missing.cause == .badResult)
        #expect(missing.error.contains("out.json cannot be read"))
    }

    @Test func `named groups of the last match are the value`() async throws {
        let ended = try await run("echo 'err = 1 in 2s'; echo 'err = 0.25 in fast'") {
            $0.result = .regex(#"err = (?<err>\S+) in (?<time>\S+)"#)
        }
        let value = try PayloadCodec.json(ended.value)
        #expect(value == #"{"err":0.25,"time":"fast"}"#)
        let none = try await run("echo nothing") { $0.result = .regex("err = (.*)") }
        #expect(none.cause == .badResult)
        let filed = try await run("echo x=7") {
            $0.result = .regex("x=(.*)")
            $0.stdout = .init(file: "log.txt")
        }
        #expect(try filed.value(Int.self) == 7)
    }

    @Test func `output goes to files, whose directories are made`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        var template = TaskTemplate(.shell("echo out; echo err >&2"))
        template.stdout = .init(file: "logs/a/out.txt")
        template.stderr = .init(file: "logs/a/err.txt")
        let ended = await harness.run(template)
        #expect(ended.state == .succeeded)
        #expect(ended.output == "")
        #expect(try String(contentsOfFile: harness.directory + "/logs/a/out.txt", encoding: .utf8) == "out\n")
        #expect(try String(contentsOfFile: harness.directory + "/logs/a/err.txt", encoding: .utf8) == "err\n")
    }

    @Test func `output over its bound is kept at both ends, and the gap is told`() async throws {
        let ended = try await run("seq 1 100000") { $0.outputLimitBytes = 1000 }
        #expect(ended.output.hasPrefix("1\n2\n3\n"))
        #expect(ended.output.hasSuffix("99999\n100000\n"))
        #expect(ended.output.contains("bytes not kept"))
        #expect(ended.output.utf8.count < 1200)
        #expect(ended.payload.outputTotal == 588_895)
    }

    @Test func `output of a command that still runs is told`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(TaskTemplate(.shell("echo begun; while [ ! -e go ]; do sleep 0.02; done; echo done")))
        harness.dispatch(0..<1)
        let message = await harness.output(containing: "begun")
        #expect(message.offset == 0)
        #expect(message.stream == .output)
        _ = FileManager.default.createFile(atPath: harness.directory + "/go", contents: nil)
        #expect(await harness.end(of: 0).output == "begun\ndone\n")
    }

    @Test func `a timeout ends the whole process tree`() async throws {
        let ended = try await run(
            "sleep 1234.25 & setsid sleep 1234.25 & (sleep 1234.25; true) & wait", timeout: .milliseconds(300)
        )
        #expect(ended.state == .failed)
        #expect(ended.cause == .timeout)
        #expect(ended.error == "timed out after 300ms")
        #expect(EngineHarness.processes(with: "sleep 1234.25").isEmpty)
    }

    @Test func `what ignores TERM is killed after its grace`() async throws {
        let ended = try await run(
            "trap '' TERM; while true; do sleep 1234.5; done", timeout: .milliseconds(200),
            grace: .milliseconds(200))
        #expect(ended.cause == .timeout)
        #expect(ended.error.hasPrefix("timed out after 200ms"))
        #expect(EngineHarness.processes(with: "sleep 1234.5").isEmpty)
    }

    @Test func `C35 a cancelled command's tree is gone before its end is told`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(TaskTemplate(.shell("echo up; setsid sleep 1234.75 & sleep 1234.75")))
        harness.dispatch(0..<1)
        _ = await harness.output(containing: "up")
        harness.cancel(0)
        let ended = await harness.end(of: 0)
        #expect(ended.state == .cancelled)
        #expect(ended.error == "cancelled")
        #expect(EngineHarness.processes(with: "sleep 1234.75").isEmpty)
    }

    @Test func `a command cancelled in the turn of its dispatch is cancelled`() async throws {
        let harness = try EngineHarness()
        defer { harness.stop() }
        harness.define(TaskTemplate(.arguments(["sleep", "1234.85"])))
        harness.dispatch(0..<1)
        harness.cancel(0)
        #expect(await harness.end(of: 0).state == .cancelled)
    }

    @Test func `more commands than slots run one after the other, and all`() async throws {
        let harness = try EngineHarness(slots: 2)
        defer { harness.stop() }
        harness.define(TaskTemplate(.arguments(["/bin/true"])))
        harness.dispatch(0..<100)
        await harness.count(100)
    }
}
