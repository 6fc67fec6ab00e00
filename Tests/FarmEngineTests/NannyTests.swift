import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Foundation
import Testing

@testable import FarmEngine

/// Real engines: a nanny, its worker, and what they start.
@Suite(.timeLimit(.minutes(1)), .serialized) struct NannyTests {
    /// The engine's executable is built beside the tests.
    private static var probe: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().path + "/FarmEngineProbe"
    }

    /// An engine under a process that plays init for it, since this process ends orphans on its own account.
    struct Started: ~Copyable {
        let host: ChildProcess
        let nanny: Int32

        func signal(_ number: Int32) { kill(nanny, number) }

        /// Returns when the engine and all that it left has ended, without keeping one of Swift's few
        /// threads.
        consuming func exitCode() async throws -> Int32 {
            while !host.hasEnded { try await Task.sleep(for: .milliseconds(5)) }
            if case .exited(let code) = host.wait().ending { return code }
            return -1
        }
    }

    /// - Parameter runtime: where engines keep what they hold against each other; nil: where all do.
    private func start(
        _ controller: SmallController, _ more: [String] = [], runtime: String? = nil
    ) throws -> Started {
        let log = controller.path + "/engine.log"
        let request = SpawnRequest(
            [
                Self.probe, "--as-init", "--capability", controller.capability, "--log", log,
                "--leave-seconds", "5",
            ]
                + more, environment: .ofThisProcess(),
            variables: runtime.map { ["XDG_RUNTIME_DIR=\($0)", "CUDA_VISIBLE_DEVICES=0,3"] } ?? [],
            output: .capture, errors: .inherit)
        let host = try ChildProcess.start(request)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while byte != UInt8(ascii: "\n") {
            var ready = pollfd(fd: host.outputDescriptor, events: Int16(POLLIN), revents: 0)
            poll(&ready, 1, -1)
            guard read(host.outputDescriptor, &byte, 1) == 1 else { break }
            line.append(byte)
        }
        let nanny = try #require(Int32(String(decoding: line.dropLast(), as: UTF8.self)))
        return Started(host: host, nanny: nanny)
    }

    private func processes(_ text: String) -> [Int32] {
        EngineHarness.processes(with: text).compactMap { Int32($0) }
    }

    private func workerPID(of controller: SmallController) -> Int32? {
        processes("\(WorkerSetup.marker)").first { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline").map {
                String(decoding: $0, as: UTF8.self)
            }
            return line?.contains(controller.capability) == true
        }
    }

    /// A command that leaves children everywhere, and says when it has.
    private func sprawl(_ mark: String) -> TaskTemplate {
        TaskTemplate(
            .shell(
                "sleep \(mark) & setsid sleep \(mark) & (setsid sh -c 'sleep \(mark) & wait' &) ; echo up; sleep \(mark)"
            ))
    }

    @Test func `C31 an engine told to leave stops what runs, gives it back, and ends with 0`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let engine = try start(controller)
        let seen = await controller.wait { !$0.sessions.isEmpty }
        controller.send(sprawl("4321.125"), index: 0, to: seen)
        await controller.wait { !$0.outputs.isEmpty }
        engine.signal(Signals.terminate)
        let ended = await controller.wait { $0.byes == 1 }
        #expect(ended.results.isEmpty)
        #expect(try await engine.exitCode() == 0)
        #expect(processes("sleep 4321.125").isEmpty)
        #expect(processes(controller.capability).isEmpty)
    }

    @Test func `C29 a killed worker leaves nothing behind and is started again`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let engine = try start(controller)
        let first = await controller.wait { !$0.sessions.isEmpty }
        controller.send(sprawl("4321.25"), index: 0, to: first)
        await controller.wait { !$0.outputs.isEmpty }
        let worker = try #require(workerPID(of: controller))
        kill(worker, SIGKILL)
        let second = await controller.wait { $0.hellos.count == 2 }
        // The nanny starts no worker before the old one's processes are gone.
        #expect(processes("sleep 4321.25").isEmpty)
        #expect(second.hellos[0].engine?.key != second.hellos[1].engine?.key)
        #expect(second.hellos[1].claims.isEmpty)
        controller.send(TaskTemplate(.function("where", with: nil)), index: 1, to: second)
        #expect(await controller.wait { !$0.results.isEmpty }.results[0].report.state == .succeeded)
        engine.signal(Signals.terminate)
        #expect(try await engine.exitCode() == 0)
    }

    @Test func `an engine holds its cores and GPUs against others, and a new worker gets the same`()
        async throws
    {
        let (first, second) = (try SmallController(), try SmallController())
        defer {
            first.stop()
            second.stop()
        }
        let cpus = HostInfo.cpus
        let options = ["--slots", String(cpus.count), "--resource", "fpga=2", "--memory", "1G"]
        let ask = TaskTemplate(.shell("echo ${TASKS_CPUS-none}"))
        let holder = try start(first, options, runtime: first.path)
        let seen = await first.wait { !$0.sessions.isEmpty }
        let info = try #require(seen.hellos[0].engine)
        #expect(info.gpus == 2 && info.memoryBytes == 1 << 30 && info.named == [NamedAmount("fpga", 2)])

        let other = try start(second, ["--gpus", "3,4"], runtime: first.path)
        let seenByOther = await second.wait { !$0.sessions.isEmpty }
        #expect(seenByOther.hellos[0].engine?.gpus == 1)
        second.send(ask, index: 0, to: seenByOther)
        #expect(await second.wait { !$0.results.isEmpty }.results[0].payload.output == Array("none\n".utf8))

        first.send(ask, index: 0, to: seen)
        let before = await first.wait { $0.results.count == 1 }.results[0].payload.output
        #expect(before == Array("\(cpus[0])\n".utf8))
        kill(try #require(workerPID(of: first)), SIGKILL)
        let again = await first.wait { $0.hellos.count == 2 }
        #expect(again.hellos[1].engine?.gpus == 2)
        first.send(ask, index: 1, to: again)
        #expect(await first.wait { $0.results.count == 2 }.results[1].payload.output == before)

        // Nothing is left of the holder: the next engine has what it had.
        holder.signal(Signals.kill)
        _ = try await holder.exitCode()
        let heir = try start(second, ["--slots", String(cpus.count), "--gpus", "1"], runtime: first.path)
        let inherited = await second.wait { $0.hellos.count == 2 }
        #expect(inherited.hellos[1].engine?.gpus == 1)
        second.send(ask, index: 1, to: inherited)
        #expect(await second.wait { $0.results.count == 2 }.results[1].payload.output == before)
        other.signal(Signals.terminate)
        heir.signal(Signals.terminate)
        #expect(try await other.exitCode() == 0)
        #expect(try await heir.exitCode() == 0)
    }

    @Test func `a function that crashes takes the worker, not the engine`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let engine = try start(controller)
        let first = await controller.wait { !$0.sessions.isEmpty }
        controller.send(TaskTemplate(.function("crash", with: nil)), index: 0, to: first)
        await controller.wait { $0.hellos.count == 2 }
        let log = try String(contentsOfFile: controller.path + "/engine.log", encoding: .utf8)
        #expect(log.contains("the worker ended: killed by signal"))
        engine.signal(Signals.terminate)
        #expect(try await engine.exitCode() == 0)
    }

    @Test func `C29 when the nanny is killed the worker kills its tasks and ends`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let engine = try start(controller)
        let seen = await controller.wait { !$0.sessions.isEmpty }
        controller.send(sprawl("4321.5"), index: 0, to: seen)
        await controller.wait { !$0.outputs.isEmpty }
        engine.signal(Signals.kill)
        // Its host ends when nothing of the engine is left.
        #expect(try await engine.exitCode() == 99)
        #expect(processes("sleep 4321.5").isEmpty)
        #expect(processes(controller.capability).isEmpty)
    }

    @Test func `what an engine left that died as a whole is swept by the next one`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let engine = try start(controller)
        let seen = await controller.wait { !$0.sessions.isEmpty }
        controller.send(sprawl("4321.75"), index: 0, to: seen)
        await controller.wait { !$0.outputs.isEmpty }
        let worker = try #require(workerPID(of: controller))
        kill(worker, SIGSTOP)
        engine.signal(Signals.kill)
        kill(worker, SIGKILL)
        #expect(!processes("sleep 4321.75").isEmpty)
        let next = try start(controller)
        await controller.wait { $0.hellos.count == 2 }
        #expect(processes("sleep 4321.75").isEmpty)
        #expect(try await engine.exitCode() == 99)
        next.signal(Signals.terminate)
        #expect(try await next.exitCode() == 0)
    }

    @Test func `an engine without a capability file waits for it, and leaves when told`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        let aside = controller.capability + ".aside"
        try FileManager.default.moveItem(atPath: controller.capability, toPath: aside)
        let engine = try start(controller)
        while workerPID(of: controller) == nil { try await Task.sleep(for: .milliseconds(5)) }
        try FileManager.default.moveItem(atPath: aside, toPath: controller.capability)
        await controller.wait { !$0.sessions.isEmpty }
        engine.signal(Signals.terminate)
        #expect(try await engine.exitCode() == 0)
    }

    @Test func `wrong arguments end with 2 and a sentence`() async throws {
        let controller = try SmallController()
        defer { controller.stop() }
        #expect(try await start(controller, ["--slotz", "3"]).exitCode() == 2)
        let error = #expect(throws: EngineError.self) { try EngineOptions(arguments: ["--slots", "many"]) }
        #expect(error?.message == "`--slots many`: expected a whole number from 1 to 65536")
    }
}
