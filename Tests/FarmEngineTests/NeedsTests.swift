import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

@Suite(.timeLimit(.minutes(1))) struct NeedsTests {
    private func run(
        _ template: TaskTemplate, timeout: Int64 = 0, needs: Needs = Needs()
    ) async throws -> EngineHarness.Ended {
        let harness = try EngineHarness()
        defer { harness.stop() }
        return await harness.run(template, timeout: timeout, needs: needs)
    }

    private func checked(_ check: String, _ line: String) -> TaskTemplate {
        var template = TaskTemplate(.shell(line))
        template.check = check
        return template
    }

    @Test func `a command that uses more memory than it needs is ended, and told both numbers`() async throws
    {
        let ended = try await run(
            TaskTemplate(.shell("tail /dev/zero; echo not reached")), needs: Needs(memoryBytes: 40 << 20))
        #expect(ended.state == .failed)
        #expect(ended.cause == .outOfMemory)
        #expect(ended.error.hasPrefix("out of memory: it used "), "\(ended.error)")
        #expect(ended.error.contains("more than the 40 MiB that it needs"))
        #expect(ended.output == "")
    }

    @Test func `a check that fails says why the task cannot run here, and the task does not run`()
        async throws
    {
        let ended = try await run(
            checked("echo first; echo 'no such device' >&2; echo; exit 3", "touch ran; echo ran"))
        #expect(ended.state == .failed)
        #expect(ended.cause == .notHere)
        #expect(ended.error == "no such device")
        #expect(ended.output == "")
        #expect(ended.report.durationNanoseconds > 0)
    }

    @Test func `a check that says nothing is told by its exit code`() async throws {
        let ended = try await run(checked("exit 3", "true"))
        #expect(ended.cause == .notHere)
        #expect(ended.error == "its check ended with exit code 3")
    }

    @Test func `a check runs where the task runs, and what it says is kept out of the task's output`()
        async throws
    {
        var template = checked(
            "echo unseen; test $GIVEN = yes; pwd > place; [[ $TASKS_TASK_ID = 1.0 ]]", "cat place; echo out")
        template.directory = "own"
        template.environment = [.init("GIVEN", "yes")]
        let ended = try await run(template)
        #expect(ended.state == .succeeded, "\(ended.error)")
        #expect(ended.output.hasSuffix("/own\nout\n"))
        #expect(!ended.output.contains("unseen"))
    }

    @Test func `a check of many tasks is run for each`() async throws {
        let harness = try EngineHarness(slots: 3)
        defer { harness.stop() }
        harness.define(checked("test ${{ index }} != 4", "echo $TASKS_TASK_ID"))
        harness.dispatch(0..<10)
        for index in 0..<10 as Range<UInt32> {
            let ended = await harness.end(of: index)
            #expect(ended.cause == (index == 4 ? .notHere : .none), "\(ended.error)")
        }
    }

    @Test func `a timeout covers the check`() async throws {
        let ended = try await run(checked("sleep 1000", "true"), timeout: .milliseconds(50))
        #expect(ended.cause == .timeout)
        #expect(ended.error == "timed out after 50ms")
    }

    @Test func `a check that ends well when it is told to end does not let the task begin`() async throws {
        let ended = try await run(
            checked("trap 'exit 0' TERM; while :; do sleep 0.01; done", "echo ran"),
            timeout: .milliseconds(80))
        #expect(ended.state == .failed)
        #expect(ended.cause == .timeout)
        #expect(ended.output == "")
    }

    @Test func `a check without its shell is not started`() async throws {
        var template = checked("true", "true")
        template.shell = ["/no/such/bash", "-c"]
        #expect(try await run(template).cause == .notStarted)
    }

    @Test func `a function that throws NotHere cannot run here`() async throws {
        let harness = try EngineHarness(functions: [Picky.self])
        defer { harness.stop() }
        let ended = await harness.run(TaskTemplate(.function("picky", with: nil)))
        #expect(ended.state == .failed)
        #expect(ended.cause == .notHere)
        #expect(ended.error == "no such device")
    }

    @Test func `a function has no check`() async throws {
        var template = TaskTemplate(.function("noop", with: nil))
        template.check = "true"
        let ended = try await run(template)
        #expect(ended.cause == .notStarted)
        #expect(ended.error.contains("throws `NotHere` instead"), "\(ended.error)")
    }

    private struct Picky: TaskFunction {
        static let name = "picky"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> Nothing {
            throw NotHere("no such device")
        }
    }
}
