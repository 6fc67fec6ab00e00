import Dispatch
import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Foundation
import Logging
import Synchronization

@testable import FarmEngine

/// An engine's core with everything but a network: this is its I/O thread and its controller.
final class EngineHarness: @unchecked Sendable {
    struct Ended: Sendable {
        var report: AttemptReport
        var payload: AttemptPayload
        var state: TaskState { report.state }
        var cause: Cause { report.cause }
        var error: String { payload.error ?? "" }
        var output: String { String(decoding: payload.output ?? [], as: UTF8.self) }
        var errorOutput: String { String(decoding: payload.errorOutput ?? [], as: UTF8.self) }
        var value: [UInt8] { payload.value.map { [$0.codec] + $0.bytes } ?? [] }
        func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try PayloadCodec.decode(type, from: value)
        }
    }

    private struct State {
        var ended: [DispatchName: Ended] = [:]
        var count = 0
        var outputs: [OutputMessage] = []
        var waits: [(isMet: (State) -> Bool, done: CheckedContinuation<Void, Never>)] = []
        var exitCode: Int32?
        var messages = 0
    }

    let core: EngineCore
    let commands: CommandExecutor
    let kernel: PythonKernel
    let directory: String
    let clock = FarmClock()
    private let state = Mutex(State())
    private let queue = Mutex<[@Sendable () -> Void]>([])
    private let work = DispatchSemaphore(value: 0)
    private let isStopped = Mutex(false)
    private let sink = Collector()
    /// Whether results are decoded, or only counted.
    private let keepsResults: Bool

    final class Collector: FrameSink {
        weak var harness: EngineHarness?
        func send(_ kind: MessageKind, body: UnsafeRawBufferPointer) { harness?.sent(kind, body) }
    }

    init(
        slots: Int = 1, functions: [any TaskFunction.Type] = [], keepsResults: Bool = true,
        identities: EngineIdentities = EngineIdentities(), python: String = "python3"
    ) throws {
        self.keepsResults = keepsResults
        directory = NSTemporaryDirectory() + "engine-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory + "/scratch", withIntermediateDirectories: true)
        let info = EngineInfo(
            key: UniqueKey(high: 1, low: 2), name: "harness", host: "here", slots: UInt32(slots),
            gpus: UInt32(identities.gpus.count))
        var logger = Logger(label: "harness")
        logger.logLevel = .critical
        core = EngineCore(
            info: info, identities: identities, registry: try FunctionRegistry(functions), logger: logger,
            clock: clock)
        commands = try CommandExecutor(
            host: core, slots: slots, mark: .ofThisProcess(), scratchDirectory: directory + "/scratch",
            clock: clock)
        kernel = try PythonKernel(
            KernelProgram(
                python: python, directory: directory + "/scratch", mark: .ofThisProcess(), cpus: 1),
            host: core, clock: clock, logger: logger)
        sink.harness = self
        core.join(
            commands: commands, kernel: kernel, wake: { [weak self] in self?.perform {} },
            onExit: { [weak self] code in self?.note { $0.exitCode = code } })
        core.connect(to: sink)
        Thread { [weak self] in Self.run { self } }.start()
        perform { [core, clock] in
            core.connected(at: clock.now)
            self.receive(
                .welcome,
                WelcomeMessage(
                    session: SessionID(1), epoch: 1, farm: "test", heartbeatMilliseconds: 1000,
                    windowBytes: 1 << 30, engine: EngineID(1), role: "engine", subject: "me"))
        }
    }

    /// Kills what runs, ends the thread and removes the files.
    func stop() {
        commands.killAll()
        kernel.end()
        isStopped.withLock { $0 = true }
        work.signal()
        try? FileManager.default.removeItem(atPath: directory)
    }

    // MARK: The I/O thread

    func perform(_ body: @escaping @Sendable () -> Void) {
        queue.withLock { $0.append(body) }
        work.signal()
    }

    private static func run(_ harness: () -> EngineHarness?) {
        while let harness = harness(), !harness.isStopped.withLock({ $0 }) { harness.turn() }
    }

    private func turn() {
        let wait = core.nextTimer == .never ? .seconds(1) : max(0, core.nextTimer - clock.now)
        _ = work.wait(timeout: .now() + .nanoseconds(Int(min(wait, .seconds(1)))))
        let bodies = queue.withLock { queue in
            defer { queue.removeAll(keepingCapacity: true) }
            return queue
        }
        for body in bodies { body() }
        let now = clock.now
        if core.nextTimer <= now { core.tick(at: now) }
        core.endTurn(at: now)
    }

    func receive(_ kind: MessageKind, _ message: some WireMessage) { receive(kind, message.encoded) }

    func receive(_ kind: MessageKind, _ body: [UInt8]) {
        body.withUnsafeBytes { core.receive(kind: kind, body: $0, at: clock.now) }
    }

    // MARK: The controller

    /// Sends a template, as group `group` of job 1.
    func define(
        _ template: TaskTemplate, group: UInt32 = 0, name: String = "task", timeout: Int64 = 0,
        grace: Int64 = .seconds(5), environment: [TaskTemplate.Variable] = [.init("PATH", "/usr/bin:/bin")],
        directory: String? = nil, needs: Needs = Needs(), lane: String = ""
    ) {
        let message = TemplateMessage(
            job: JobID(1), group: group, name: name, timeoutNanoseconds: timeout, graceNanoseconds: grace,
            cpus: needs.cpus, memoryBytes: needs.memoryBytes, gpus: needs.gpus, lane: lane,
            template: template.encoded(),
            surroundings: Surroundings(directory: directory ?? self.directory, environment: environment)
                .encoded())
        perform { self.receive(.template, message) }
    }

    static func name(_ index: UInt32, _ attempt: UInt32 = 1) -> DispatchName {
        DispatchName(task: TaskID(JobID(1), index), attempt: attempt, epoch: 1)
    }

    /// Sends tasks of a group.
    func dispatch(_ indexes: Range<UInt32>, group: UInt32 = 0, attempt: UInt32 = 1, payload: [UInt8] = []) {
        var body: [UInt8] = []
        for index in indexes {
            payload.withUnsafeBytes {
                DispatchEntry.append(
                    DispatchEntry(
                        name: Self.name(index, attempt), hint: UInt64(index), group: group, index: index),
                    payload: $0, to: &body)
            }
        }
        perform { [body] in self.receive(.dispatch, body) }
    }

    /// Sends one rank's part of a collective task.
    func dispatch(gang index: UInt32, _ seat: GangSeat, payload: [UInt8] = []) {
        var body: [UInt8] = []
        payload.withUnsafeBytes {
            GangMessage.encode(
                seat,
                DispatchEntry(name: Self.name(index), hint: UInt64(index), group: 0, index: index),
                payload: $0, into: &body)
        }
        perform { [body] in self.receive(.gang, body) }
    }

    func interrupt(_ index: UInt32) {
        perform { self.receive(.interrupt, NamesMessage(names: [Self.name(index)])) }
    }

    func cancel(_ index: UInt32) {
        perform { self.receive(.stop, NamesMessage(names: [Self.name(index)])) }
    }

    private func sent(_ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
        switch kind {
        case .results: took(body)
        case .output:
            if let message = try? OutputMessage(decoding: body) { note { $0.outputs.append(message) } }
        default: break
        }
    }

    private func took(_ body: UnsafeRawBufferPointer) {
        guard let header = try? ResultsHeader(decoding: UnsafeRawBufferPointer(rebasing: body[..<8])) else {
            return
        }
        var offset = 8
        var found: [(DispatchName, Ended)] = []
        var count = 0
        while let (entry, payload) = try? ResultEntry.next(in: body, at: &offset) {
            count += 1
            guard keepsResults else { continue }
            let decoded = (try? AttemptPayload(decoding: payload)) ?? AttemptPayload(error: "undecodable")
            found.append((entry.report.name, Ended(report: entry.report, payload: decoded)))
        }
        note { state in
            for (name, ended) in found { state.ended[name] = ended }
            state.count += count
            state.messages += 1
        }
        perform { self.receive(.recorded, RecordedMessage(batch: header.batch)) }
    }

    // MARK: Waiting

    private func note(_ change: (inout State) -> Void) {
        let done = state.withLock { state in
            change(&state)
            let met = state.waits.filter { $0.isMet(state) }.map(\.done)
            let current = state
            state.waits.removeAll { $0.isMet(current) }
            return met
        }
        for continuation in done { continuation.resume() }
    }

    private func wait(until isMet: @escaping @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            note { $0.waits.append((isMet, continuation)) }
        }
    }

    /// The end of a task's attempt, when it has come.
    func end(of index: UInt32, attempt: UInt32 = 1) async -> Ended {
        let name = Self.name(index, attempt)
        await wait { $0.ended[name] != nil }
        return state.withLock { $0.ended[name]! }
    }

    /// Returns when so many results have come.
    func count(_ count: Int) async { await wait { $0.count >= count } }

    /// Results that have come.
    var received: Int { state.withLock { $0.count } }

    var resultMessages: Int { state.withLock { $0.messages } }

    /// The first live output that contains the text.
    func output(containing text: String) async -> OutputMessage {
        @Sendable func matches(_ message: OutputMessage) -> Bool {
            String(decoding: message.bytes, as: UTF8.self).contains(text)
        }
        await wait { $0.outputs.contains(where: matches) }
        return state.withLock { $0.outputs.first(where: matches)! }
    }

    func exitCode() async -> Int32 {
        await wait { $0.exitCode != nil }
        return state.withLock { $0.exitCode! }
    }

    /// Defines one task, runs it, and waits for its end.
    func run(
        _ template: TaskTemplate, timeout: Int64 = 0, grace: Int64 = .seconds(5), needs: Needs = Needs()
    ) async -> Ended {
        define(template, timeout: timeout, grace: grace, needs: needs)
        dispatch(0..<1)
        return await end(of: 0)
    }

    /// The processes on this host whose command line holds the text.
    static func processes(with text: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int32(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else {
                return false
            }
            return String(decoding: data, as: UTF8.self).replacing("\0", with: " ").contains(text)
        }
    }
}
