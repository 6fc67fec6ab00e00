import CZeroMQ
import Glibc
import Synchronization

/// Reads what happens to the connections of a socket, on the thread of that socket.
///
/// Events queue without limit until read: an I/O thread that could not hand one over would stand still. Read
/// them, or end the monitor.
public struct SocketMonitor: ~Copyable {
    private let monitored: SocketHandle
    let reader: SocketHandle
    private var message: Message

    private static let serial = Atomic<UInt64>(0)

    /// Starts to watch a socket; do so before it binds or connects. A socket has one monitor at a time.
    public init(_ socket: borrowing Socket) throws(ZeroMQError) {
        reader = try SocketMonitor.start(socket)
        monitored = socket.handle
        message = Message()
    }

    private static func start(_ socket: borrowing Socket) throws(ZeroMQError) -> SocketHandle {
        let number = serial.add(1, ordering: .relaxed).newValue
        let endpoint = "inproc://socket-monitor-\(number)"
        let reader = try SocketHandle(context: socket.handle.context, type: ZMQ_PAIR, what: "monitor")
        var unlimited: Int32 = 0
        zmq_setsockopt(reader.raw, ZMQ_RCVHWM, &unlimited, MemoryLayout<Int32>.size)
        guard zmq_socket_monitor(socket.raw, endpoint, ZMQ_EVENT_ALL) == 0 else {
            throw .last("monitor a socket")
        }
        guard zmq_connect(reader.raw, endpoint) == 0 else {
            let error = ZeroMQError.last("monitor a socket")
            zmq_socket_monitor(socket.raw, nil, 0)
            throw error
        }
        socket.handle.isMonitored = true
        return reader
    }

    deinit {
        // The writing end first: without a reader it would block an I/O thread.
        if monitored.isOpen {
            zmq_socket_monitor(monitored.raw, nil, 0)
            monitored.isMonitored = false
        }
        reader.close()
    }

    /// The next event, nil if none waits.
    public mutating func next() throws(ZeroMQError) -> MonitorEvent? {
        guard try receive() else { return nil }
        let head = message.withUnsafeBytes { bytes in
            bytes.count < 6
                ? nil
                : (
                    bytes.loadUnaligned(fromByteOffset: 0, as: UInt16.self),
                    bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
                )
        }
        var endpoint = ""
        while message.more, try receive() {
            endpoint = message.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
        guard let (event, value) = head else { return nil }
        return MonitorEvent(event: event, value: value, endpoint: endpoint)
    }

    private mutating func receive() throws(ZeroMQError) -> Bool {
        reader.isUsed = true
        while zmq_msg_recv(message.raw, reader.raw, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EAGAIN:
                reader.isUsed = false
                return false
            case EINTR: continue
            default: throw .last("read a socket monitor")
            }
        }
        return true
    }
}
