import CSystem
import Glibc
import Synchronization

/// A named thread that runs one closure: the place where a process makes and uses its sockets.
public final class LoopThread: Sendable {
    private let thread = Mutex<pthread_t?>(nil)

    /// Starts the thread.
    /// - Parameters:
    ///   - name: as `top -H` shows it; 15 bytes are kept.
    ///   - stackBytes: the size of its stack; nil takes the system's default.
    ///   - body: what it runs; the thread ends with it.
    /// - Throws: ``ZeroMQError`` when the system gives no thread.
    public init(name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void)
        throws(ZeroMQError)
    {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
        var id = pthread_t()
        let status = pthread_create(
            &id, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                farm_set_thread_name(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw ZeroMQError(
                .other,
                "cannot start the thread \(name): \(String(cString: strerror(status))); raise `ulimit -u`",
                errorNumber: status)
        }
        thread.withLock { $0 = id }
    }

    /// Waits until the closure has returned. May be called twice; only the first call waits. From the thread
    /// itself it returns at once.
    public func join() {
        guard let id = take() else { return }
        if pthread_equal(id, pthread_self()) != 0 {
            pthread_detach(id)
        } else {
            pthread_join(id, nil)
        }
    }

    deinit {
        if let id = take() { pthread_detach(id) }
    }

    private func take() -> pthread_t? {
        thread.withLock { id in
            defer { id = nil }
            return id
        }
    }
}

private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
