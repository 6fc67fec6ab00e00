import CZeroMQ

/// The C socket and whether it is still open; shared by a socket and its monitor, on one thread.
final class SocketHandle {
    let context: Context
    let raw: UnsafeMutableRawPointer
    private(set) var isOpen = true
    /// A monitor is being fed.
    var isMonitored = false

    init(context: Context, type: Int32, what: String) throws(ZeroMQError) {
        guard let raw = zmq_socket(context.rawPointer, type) else { throw .last("make a \(what) socket") }
        self.context = context
        self.raw = raw
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        // Before the socket ends, and while the monitor's reader is there: what the end itself has to tell
        // would find nobody to take it, and block the one thread that reaps sockets for ever.
        if isMonitored { zmq_socket_monitor(raw, nil, 0) }
        zmq_close(raw)
    }

    deinit { close() }
}
