import FarmTemplate
import FarmTransport
import Foundation
import Synchronization

/// A controller that lets engines in, sends what it is told to, and notes what comes: over a real ipc socket.
final class SmallController: Sendable {
    struct Seen: Sendable {
        var hellos: [HelloMessage] = []
        var sessions: [SessionID] = []
        var results: [(report: AttemptReport, payload: AttemptPayload)] = []
        var outputs: [OutputMessage] = []
        var byes = 0
    }

    private struct State {
        var seen = Seen()
        var waits: [(isMet: @Sendable (Seen) -> Bool, done: CheckedContinuation<Seen, Never>)] = []
    }

    let path: String
    let capability: String
    private let state = Mutex(State())
    private let mailbox: Mailbox<@Sendable (SessionDesk) -> Void>
    private let isStopped = Atomic<Bool>(false)
    private let thread = Mutex<LoopThread?>(nil)

    init() throws {
        path = "/tmp/fe-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        capability = path + "/engine.json"
        let security = try SecurityDirectory(profile: path)
        let identity = try ControllerIdentity.loadOrCreate(security)
        let issuer = Issuer(identity: identity, directory: security)
        try issuer.issue(
            role: .engine, subject: "tester", priorityCap: 0, endpoints: ["ipc://\(path)/socket"],
            expiresAtUnixSeconds: nil
        ).save(path: capability)
        let registry = try KeyRegistry(security)
        mailbox = try Mailbox()
        let made = try LoopThread(name: "controller") { [self] in
            do { try run(identity, registry) } catch { print("the test's controller failed: \(error)") }
        }
        thread.withLock { $0 = made }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        mailbox.push { _ in }
        thread.withLock { $0 }?.join()
    }

    private func run(_ identity: ControllerIdentity, _ registry: KeyRegistry) throws {
        let context = try Context()
        let endpoint = try ControllerEndpoint(
            [Listen(.engine, .ipc(path: path + "/socket"))], context: context, keys: identity.transportKeys,
            gate: CapabilityGate(identity: identity, registry: registry), wakeup: mailbox.wakeup)
        let handler = Handler(self, endpoint.desk)
        var commands: [@Sendable (SessionDesk) -> Void] = []
        while !isStopped.load(ordering: .acquiring) {
            let ready = try endpoint.poll(timeoutNanoseconds: -1)
            mailbox.drain(into: &commands, isReadable: ready.contains(.wakeup))
            for command in commands { command(endpoint.desk) }
            commands.removeAll()
            if ready.contains(.sessions) { try endpoint.drain(to: handler) }
        }
    }

    private final class Handler: SessionHandler {
        unowned let owner: SmallController
        let desk: SessionDesk

        init(_ owner: SmallController, _ desk: SessionDesk) {
            self.owner = owner
            self.desk = desk
        }

        func helloArrived(_ arrival: HelloArrival) {
            desk.send(
                arrival.session, .welcome,
                body: WelcomeMessage(
                    session: arrival.session, epoch: 1, farm: "small", heartbeatMilliseconds: 1000,
                    windowBytes: 1 << 24, engine: EngineID(1), role: "engine", subject: arrival.subject
                ).encoded)
            owner.note {
                $0.hellos.append(arrival.hello)
                $0.sessions.append(arrival.session)
            }
        }

        func received(_ session: SessionID, _ kind: MessageKind, _ body: UnsafeRawBufferPointer) {
            switch kind {
            case .results: results(session, body)
            case .output:
                if let message = try? OutputMessage(decoding: body) {
                    owner.note { $0.outputs.append(message) }
                }
            case .bye: owner.note { $0.byes += 1 }
            default: break
            }
        }

        private func results(_ session: SessionID, _ body: UnsafeRawBufferPointer) {
            guard let header = try? ResultsHeader(decoding: UnsafeRawBufferPointer(rebasing: body[..<8]))
            else {
                return
            }
            var offset = 8
            while let (entry, payload) = try? ResultEntry.next(in: body, at: &offset) {
                let decoded = (try? AttemptPayload(decoding: payload)) ?? AttemptPayload()
                owner.note { $0.results.append((entry.report, decoded)) }
            }
            desk.send(session, .recorded, body: RecordedMessage(batch: header.batch).encoded)
        }

        func sessionLost(_ session: SessionID, _ reason: SessionLoss) {}
    }

    /// Sends one task to the newest session.
    func send(_ template: TaskTemplate, index: UInt32, to seen: Seen, grace: Int64 = .seconds(1)) {
        guard let session = seen.sessions.last else { return }
        let message = TemplateMessage(
            job: JobID(1), group: index, name: "task", timeoutNanoseconds: 0, graceNanoseconds: grace,
            cpus: 1,
            template: template.encoded(),
            surroundings: Surroundings(directory: path, environment: [.init("PATH", "/usr/bin:/bin")])
                .encoded())
        var dispatch: [UInt8] = []
        DispatchEntry.append(
            DispatchEntry(
                name: DispatchName(task: TaskID(JobID(1), index), attempt: 1, epoch: 1), hint: 0,
                group: index,
                index: 0),
            payload: UnsafeRawBufferPointer(start: nil, count: 0), to: &dispatch)
        mailbox.push { [dispatch] desk in
            desk.send(session, .template, body: message.encoded)
            desk.send(session, .dispatch, body: dispatch)
        }
    }

    private func note(_ change: (inout Seen) -> Void) {
        let met = state.withLock { state in
            change(&state.seen)
            let seen = state.seen
            let met = state.waits.filter { $0.isMet(seen) }.map(\.done)
            state.waits.removeAll { $0.isMet(seen) }
            return met.map { ($0, seen) }
        }
        for (continuation, seen) in met { continuation.resume(returning: seen) }
    }

    /// What has been seen when the condition holds.
    @discardableResult
    func wait(until isMet: @escaping @Sendable (Seen) -> Bool) async -> Seen {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waits.append((isMet, continuation)) }
            note { _ in }
        }
    }
}
