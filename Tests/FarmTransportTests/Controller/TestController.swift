@testable import FarmTransport

/// A real endpoint on a thread of its own, whose node echoes.
final class TestController: Sendable {
    let journal = Journal<EchoHandler.Entry>()
    let lines = Journal<String>()
    let bound: [BoundEndpoint]
    private let mailbox: Mailbox<@Sendable (ControllerEndpoint) -> Bool>
    private let thread: LoopThread

    /// Listens at both ports, over ipc and tcp, unless told otherwise.
    init(
        _ profile: TestProfile, _ listens: [Listen]? = nil,
        _ change: @escaping @Sendable (inout SessionLimits) -> Void = { _ in }
    ) async throws {
        let listens =
            listens
            ?? PortKind.allCases.flatMap {
                [
                    Listen($0, .ipc(path: profile.socket($0))),
                    Listen($0, .tcp(host: "127.0.0.1", port: nil)),
                ]
            }
        let mailbox = try Mailbox<@Sendable (ControllerEndpoint) -> Bool>()
        let journal = journal
        let lines = lines
        let started = Journal<Result<[BoundEndpoint], TransportError>>()
        self.mailbox = mailbox
        thread = try LoopThread(name: "controller") {
            do {
                let context = try Context()
                let zap = try ZAPHandler(context: context.rawPointer, registry: profile.registry) { _ in }
                defer { zap.stop() }
                var limits = SessionLimits()
                change(&limits)
                let endpoint = try ControllerEndpoint(
                    listens, context: context, keys: profile.identity.transportKeys,
                    gate: CapabilityGate(identity: profile.identity, registry: profile.registry),
                    limits: limits,
                    wakeup: mailbox.wakeup, log: { lines.add($0) })
                let handler = EchoHandler { journal.add($0) }
                handler.sink = endpoint.desk
                handler.heartbeatMilliseconds = UInt32(limits.heartbeatNanoseconds / 1_000_000)
                started.add(.success(endpoint.bound))
                var commands: [@Sendable (ControllerEndpoint) -> Bool] = []
                var isRunning = true
                while isRunning {
                    let ready = try endpoint.poll(timeoutNanoseconds: -1)
                    mailbox.drain(into: &commands, isReadable: ready.contains(.wakeup))
                    for command in commands where !command(endpoint) { isRunning = false }
                    commands.removeAll(keepingCapacity: true)
                    if ready.contains(.sessions) { try endpoint.drain(to: handler) }
                }
            } catch {
                started.add(.failure(error as? TransportError ?? TransportError(.failed, "\(error)")))
            }
        }
        bound = try await started.first { _ in true }.get()
    }

    deinit { stop() }

    func stop() {
        mailbox.push { _ in false }
        thread.join()
    }

    func perform(_ body: @escaping @Sendable (ControllerEndpoint) -> Void) {
        mailbox.push {
            body($0)
            return true
        }
    }

    /// What `body` says, on the controller's thread.
    func ask<Answer: Sendable>(_ body: @escaping @Sendable (ControllerEndpoint) -> Answer) async -> Answer {
        await withCheckedContinuation { continuation in perform { continuation.resume(returning: body($0)) } }
    }

    func endpoint(_ port: PortKind, _ scheme: String) -> String {
        bound.first { $0.port == port && $0.endpoint.hasPrefix(scheme) }?.endpoint ?? ""
    }
}
