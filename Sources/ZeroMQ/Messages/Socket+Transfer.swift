import CZeroMQ
import Glibc

extension Socket {
    /// Sends a part, copying it, and waits while the peer's queue is full.
    /// - Parameter more: whether further parts of the same message follow; they are delivered together.
    /// - Throws: ``ZeroMQError`` with `hostUnreachable`, `terminated`, or `wouldBlock` after the send
    ///   timeout.
    public borrowing func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) throws(ZeroMQError) {
        handle.isUsed = true
        while zmq_send(raw, bytes.baseAddress, bytes.count, more ? ZMQ_SNDMORE : 0) < 0 {
            guard zmq_errno() == EINTR else { throw .last("send \(bytes.count) bytes") }
        }
    }

    /// Sends a part, copying it, if that is possible at once.
    ///
    /// Once the first part of a message (a ROUTER's routing id) was `sent`, its other parts will be too:
    /// libzmq takes or drops a message as a whole.
    /// - Throws: ``ZeroMQError`` with `terminated` and others that end the socket's use.
    public borrowing func trySend(_ bytes: UnsafeRawBufferPointer, more: Bool = false)
        throws(ZeroMQError) -> SendResult
    {
        handle.isUsed = true
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        while zmq_send(raw, bytes.baseAddress, bytes.count, flags) < 0 {
            if let refused = try Socket.refusal(bytes.count) { return refused }
        }
        return .sent
    }

    /// Sends a part without copying it, if that is possible at once. The caller keeps its reference, so a
    /// part that would block can be tried again, and one part can go to many peers.
    public borrowing func trySend(_ message: SharedMessage, more: Bool = false)
        throws(ZeroMQError) -> SendResult
    {
        handle.isUsed = true
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        var copy = zmq_msg_t()
        zmq_msg_init(&copy)
        message.copy(into: &copy)
        while zmq_msg_send(&copy, raw, flags) < 0 {
            do {
                guard let refused = try Socket.refusal(message.count) else { continue }
                zmq_msg_close(&copy)
                return refused
            } catch {
                zmq_msg_close(&copy)
                throw error
            }
        }
        return .sent
    }

    /// Passes a received part on without copying it, leaving it empty if it was sent and untouched if not.
    public borrowing func trySend(forwarding message: inout Message, more: Bool = false)
        throws(ZeroMQError) -> SendResult
    {
        let count = message.count
        handle.isUsed = true
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        while zmq_msg_send(message.raw, raw, flags) < 0 {
            if let refused = try Socket.refusal(count) { return refused }
        }
        return .sent
    }

    /// Receives the next part if one is there.
    /// - Returns: whether `message` holds a new part; parts of one message arrive together.
    public borrowing func receive(into message: inout Message) throws(ZeroMQError) -> Bool {
        handle.isUsed = true
        while zmq_msg_recv(message.raw, raw, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EAGAIN:
                // It has taken in all that it was told before it said so.
                handle.isUsed = false
                return false
            case EINTR: continue
            default: throw .last("receive")
            }
        }
        return true
    }

    /// The result for the errno of a failed send; nil to try again.
    private static func refusal(_ count: Int) throws(ZeroMQError) -> SendResult? {
        switch zmq_errno() {
        case EAGAIN: .wouldBlock
        case EHOSTUNREACH: .hostUnreachable
        case EINTR: nil
        default: throw .last("send \(count) bytes")
        }
    }
}
