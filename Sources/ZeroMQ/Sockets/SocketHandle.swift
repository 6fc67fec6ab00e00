import CZeroMQ
import Glibc

/// The C socket and whether it is still open; shared by a socket and its monitor, on one thread.
final class SocketHandle {
    let context: Context
    let raw: UnsafeMutableRawPointer
    private(set) var isOpen = true
    /// A monitor is being fed.
    var isMonitored = false
    /// It was used since a ``Poller`` looked at it, and may have taken in what its descriptor told.
    var isUsed = true
    /// Readable when ``events`` may have changed.
    let fileDescriptor: Int32

    init(context: Context, type: Int32, what: String) throws(ZeroMQError) {
        guard let raw = zmq_socket(context.rawPointer, type) else { throw .last("make a \(what) socket") }
        self.context = context
        self.raw = raw
        var descriptor: Int32 = -1
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(raw, ZMQ_FD, &descriptor, &size) == 0 else {
            zmq_close(raw)
            throw .last("make a \(what) socket")
        }
        fileDescriptor = descriptor
    }

    /// What can be done now without waiting.
    var events: PollEvents {
        get throws(ZeroMQError) {
            var events: Int32 = 0
            var size = MemoryLayout<Int32>.size
            // It takes in what the socket was told, and a signal may come meanwhile.
            while zmq_getsockopt(raw, ZMQ_EVENTS, &events, &size) != 0 {
                guard zmq_errno() == EINTR else { throw .last("poll") }
            }
            return PollEvents(rawValue: Int16(truncatingIfNeeded: events))
        }
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
