import FarmTransport
import Synchronization

/// A client's way to its farm: the loop's thread and how things stand. Lives as long as the client or one of
/// its handles.
final class FarmLink: Sendable {
    let status: Watched<LinkStatus>
    let clock: FarmClock
    /// What the tasks of the jobs that were asked for last are called, the newest last.
    let names = Mutex<[JobNames]>([])
    private let loop: PeerLoop<ClientCore>

    init(_ source: CapabilitySource, _ options: PeerOptions) throws(TaskClientError) {
        let status = Watched(LinkStatus())
        let clock = FarmClock()
        self.status = status
        self.clock = clock
        var generator = SystemRandomNumberGenerator()
        let key = UniqueKey(using: &generator)
        do throws(TransportError) {
            loop = try PeerLoop(
                name: "task-client", source: source, options: options, clock: clock,
                makeNode: { ClientCore(key: key, sink: $0, status: status) },
                onEvent: { event in
                    guard case .failed(let error) = event else { return }
                    // The core tells all who wait, at the end of this turn.
                    status.change { status in
                        guard status.error == nil else { return }
                        status.phase = .over(TaskClientError(error, fault: status.fault))
                    }
                })
        } catch {
            throw TaskClientError(error, fault: nil)
        }
    }

    deinit { loop.stop(flushNanoseconds: .milliseconds(200)) }

    /// Runs `body` on the loop's thread.
    /// - Throws: why the farm is out of reach for good. Then `body` is never run.
    func perform(_ body: @escaping @Sendable (ClientCore, Instant) -> Void) throws(TaskClientError) {
        // Under the lock, so that nothing is handed over behind the loop's last command.
        let error = status.read { status in
            if let error = status.error { return TaskClientError?.some(error) }
            loop.perform(body)
            return nil
        }
        if let error { throw error }
    }

    /// As `perform`, where it does not matter whether the farm is still there.
    func tell(_ body: @escaping @Sendable (ClientCore, Instant) -> Void) { try? perform(body) }

    /// Waits until the controller has let the client in.
    func opened() async throws(TaskClientError) {
        await status.wait { !$0.isConnecting }
        let error = status.read { status in
            status.isConnecting ? TaskClientError.interrupted : status.error
        }
        guard let error else { return }
        await close()
        throw error
    }

    /// Fails all who wait, says bye, and ends the loop. May be called again.
    func close() async {
        status.change { status in
            if status.error == nil { status.phase = .over(.closed) }
            loop.perform { core, now in core.close(at: now) }
            loop.stop()
        }
        await withUnsafeContinuation { continuation in
            // Joining blocks, so it gets a thread that may be blocked.
            do {
                _ = try LoopThread(name: "client-close") { [loop] in
                    loop.join()
                    continuation.resume()
                }
            } catch {
                continuation.resume()
            }
        }
    }

    /// Throws unless the session's role may send messages of this kind: the controller would mute the client.
    func require(_ kind: MessageKind, to what: String) throws(TaskClientError) {
        let role = status.read { $0.welcome?.role }
        guard let role, let known = Role(rawValue: role), !MessagePermissions.allows(known, kind) else {
            return
        }
        throw TaskClientError(
            .notPermitted,
            "the capability's role, \(role), may not \(what); use a task-client's: "
                + "--capability FILE or $TASKS_CAPABILITY"
        )
    }
}
