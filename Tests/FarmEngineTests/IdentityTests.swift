import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

@Suite(.timeLimit(.minutes(1))) struct IdentityTests {
    /// Writes what it was given and what the kernel says, and ends when all four have.
    private static let line = """
        allowed=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/$$/status)
        echo "$TASKS_CPUS $allowed ${TASKS_GPUS-none} ${CUDA_VISIBLE_DEVICES-none} $OMP_NUM_THREADS"
        touch here.$TASKS_TASK_ID
        while [ $(ls here.* | wc -l) -lt %N ]; do sleep 0.01; done
        """

    private static func line(_ count: Int) -> String {
        line.replacingOccurrences(of: "%N", with: String(count))
    }

    @Test func `commands at once have cores of their own, and the kernel keeps them there`() async throws {
        let cpus = HostInfo.cpus
        let harness = try EngineHarness(
            slots: cpus.count, identities: EngineIdentities(cores: cpus))
        defer { harness.stop() }
        harness.define(TaskTemplate(.shell(Self.line(cpus.count))))
        harness.dispatch(0..<UInt32(cpus.count))
        var seen: Set<String> = []
        for index in 0..<UInt32(cpus.count) {
            let ended = await harness.end(of: index)
            let words = ended.output.split(whereSeparator: \.isWhitespace).map(String.init)
            #expect(ended.state == .succeeded && words.count == 5, "\(ended.error) \(ended.output)")
            #expect(words[0] == words[1])
            #expect(Array(words[2...]) == ["none", "none", "1"])
            seen.insert(words[0])
        }
        #expect(seen == Set(cpus.map(String.init)))
    }

    @Test func `a command that needs several CPUs and GPUs is told which, and has as many threads`()
        async throws
    {
        let harness = try EngineHarness(slots: 4, identities: EngineIdentities(gpus: ["0", "2", "GPU-4a"]))
        defer { harness.stop() }
        var template = TaskTemplate(
            .shell("echo ${TASKS_CPUS-none} $TASKS_GPUS $CUDA_VISIBLE_DEVICES $OMP_NUM_THREADS"))
        let needs = Needs(cpus: 3, gpus: 2)
        #expect(await harness.run(template, needs: needs).output == "none 0,2 0,2 3\n")
        template.environment = [.init("OMP_NUM_THREADS", "1"), .init("CUDA_VISIBLE_DEVICES", "7")]
        harness.define(template, group: 1, needs: needs)
        harness.dispatch(1..<2, group: 1)
        #expect(await harness.end(of: 1).output == "none 0,2 0,2 1\n")
    }

    @Test func `GPUs are given back, and one whose GPUs are not free waits`() async throws {
        let harness = try EngineHarness(slots: 4, identities: EngineIdentities(gpus: ["1", "3"]))
        defer { harness.stop() }
        harness.define(
            TaskTemplate(
                .shell(
                    """
                    mkdir gpu.$TASKS_GPUS
                    sleep 0.02
                    rmdir gpu.$TASKS_GPUS
                    echo $TASKS_GPUS
                    """)), needs: Needs(gpus: 1))
        harness.dispatch(0..<12)
        var seen: Set<String> = []
        for index in 0..<12 as Range<UInt32> {
            let ended = await harness.end(of: index)
            // A directory that is there already belongs to another that has the same GPU.
            #expect(ended.state == .succeeded, "\(ended.error)")
            seen.insert(ended.output)
        }
        #expect(seen == ["1\n", "3\n"])
    }

    @Test func `a function sees its cores and GPUs`() async throws {
        let harness = try EngineHarness(
            slots: 2, functions: [Place.self], identities: EngineIdentities(cores: [4, 7], gpus: ["2"]))
        defer { harness.stop() }
        let ended = await harness.run(
            TaskTemplate(.function("place", with: nil)), needs: Needs(cpus: 2, gpus: 1))
        #expect(try ended.value([String].self) == ["4", "7", "2"])
    }

    private struct Place: TaskFunction {
        static let name = "place"
        func run(_ input: Nothing, _ context: TaskContext) async throws -> [String] {
            context.cpus.map(String.init) + context.gpus
        }
    }
}
