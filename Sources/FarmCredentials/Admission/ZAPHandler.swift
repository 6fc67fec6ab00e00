import Glibc
import Synchronization

/// Answers libzmq's question, once a handshake, whether the peer may come in: CURVE keys that the registry
/// admits may, nothing else. Runs on a thread of its own, and stops with its last reference.
///
/// Make it before any socket of the context binds. Admitted peers' messages carry a ``UserID`` as `User-Id`.
/// Refused ones learn only "400"; the reason is told to `onRefusal`. Give no ZAP domain to ipc sockets
/// without CURVE: a domain makes libzmq ask here, and they would be refused.
public final class ZAPHandler: Sendable {
    private let worker: ZAPWorker
    private let stopWriter: Int32
    private let thread: Mutex<pthread_t?>

    /// Binds the handler's socket and starts its thread; it answers from when this returns.
    /// - Parameters:
    ///   - context: the `void *` of the context. It must not end before ``stop()`` has returned.
    ///   - registry: the keys that are admitted.
    ///   - toldPerSecond: the most refusals a second that are told; all are counted.
    ///   - onRefusal: called on the handler's thread; keep it short.
    /// - Throws: ``CredentialError`` with `io` if the context already has a handler or no thread is left.
    public init(
        context: UnsafeMutableRawPointer, registry: KeyRegistry, toldPerSecond: Int = 5,
        onRefusal: @escaping @Sendable (Refusal) -> Void
    ) throws(CredentialError) {
        var ends: [Int32] = [-1, -1]
        // Not a pipe: only this call gives both ends close-on-exec in one step, so that no child inherits
        // one.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw PrivatePath.failure("make", "a socket pair")
        }
        let socket: ZAPSocket
        do {
            socket = try ZAPSocket(context: context)
        } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
        worker = ZAPWorker(
            socket: socket, registry: registry, stop: ends[0], toldPerSecond: toldPerSecond,
            onRefusal: onRefusal)
        stopWriter = ends[1]
        var id = pthread_t()
        let status = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ZAPWorker>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(worker).toOpaque())
        thread = Mutex(status == 0 ? id : nil)
        guard status == 0 else {
            Unmanaged.passUnretained(worker).release()
            socket.close()
            throw CredentialError(
                .io, "cannot start the ZAP thread: \(String(cString: strerror(status))); raise `ulimit -u`")
        }
    }

    /// Peers admitted so far.
    public var admittedCount: Int { worker.admitted.load(ordering: .relaxed) }

    /// Peers refused so far, told or not. A refused peer tries again and is counted again.
    public var refusedCount: Int { worker.refused.load(ordering: .relaxed) }

    /// Ends the thread and closes its socket; returns when both are done. May be called twice. CURVE
    /// handshakes that come after it are refused on sockets that enforce their ZAP domain.
    public func stop() {
        let id = thread.withLock { id in
            defer { id = nil }
            return id
        }
        guard let id else { return }
        var byte: UInt8 = 0
        while write(stopWriter, &byte, 1) < 0 && errno == EINTR {}
        pthread_join(id, nil)
    }

    deinit {
        stop()
        close(stopWriter)
    }
}
