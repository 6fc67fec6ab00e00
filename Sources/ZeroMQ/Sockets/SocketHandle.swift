import CZeroMQ

/// The C socket and whether it is still open; shared by a socket and its monitor, on one thread.
final class SocketHandle {
    let context: Context
    let raw: UnsafeMutableRawPointer
    private(set) var isOpen = true

    init(context: Context, type: Int32, what: String) throws(ZeroMQError) {
        guard let raw = zmq_socket(context.rawPointer, type) else { throw .last("make a \(what) socket") }
        self.context = context
        self.raw = raw
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        zmq_close(raw)
    }

    deinit { close() }
}
