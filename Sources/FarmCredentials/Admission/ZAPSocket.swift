import CZeroMQ
import Glibc

/// The REP socket at `inproc://zeromq.zap.01`. Made on one thread and handed over, with the barrier that
/// starting a thread is, to the one that uses and closes it.
final class ZAPSocket: @unchecked Sendable {
    private let raw: UnsafeMutableRawPointer
    private static let maxFrames = 16
    private static let endpoint = "inproc://zeromq.zap.01"

    init(context: UnsafeMutableRawPointer) throws(CredentialError) {
        guard let raw = zmq_socket(context, ZMQ_REP) else { throw ZAPSocket.failure("make a socket") }
        self.raw = raw
        var zero: Int32 = 0
        zmq_setsockopt(raw, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size)
        guard zmq_bind(raw, ZAPSocket.endpoint) == 0 else {
            let error = ZAPSocket.failure("bind \(ZAPSocket.endpoint)")
            zmq_close(raw)
            throw error
        }
    }

    /// Gives the name free at once, so that another handler may bind it; closing alone does so some time
    /// later.
    func close() {
        zmq_unbind(raw, ZAPSocket.endpoint)
        zmq_close(raw)
    }

    /// Waits for a request or for `descriptor` to become readable.
    /// - Returns: whether a request is there; nil when it is time to end.
    func wait(stop descriptor: Int32) -> Bool? {
        var items = [
            zmq_pollitem_t(socket: raw, fd: -1, events: Int16(ZMQ_POLLIN), revents: 0),
            zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        let ready = zmq_poll(&items, 2, -1)
        if ready < 0 { return zmq_errno() == EINTR ? false : nil }
        return items[1].revents != 0 ? nil : items[0].revents != 0
    }

    /// The frames of the next request, nil if there is none. Frames beyond the sixteenth are dropped.
    func receive() -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        var isLast = false
        while !isLast {
            if zmq_msg_recv(&message, raw, ZMQ_DONTWAIT) < 0 {
                if zmq_errno() == EINTR { continue }
                return nil
            }
            if frames.count < ZAPSocket.maxFrames {
                frames.append(
                    Array(
                        UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
            }
            isLast = zmq_msg_more(&message) == 0
        }
        return frames
    }

    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            let flags = index + 1 < frames.count ? ZMQ_SNDMORE : 0
            while zmq_send(raw, frame, frame.count, flags) < 0 && zmq_errno() == EINTR {}
        }
    }

    private static func failure(_ action: String) -> CredentialError {
        let reason = String(cString: zmq_strerror(zmq_errno()))
        return CredentialError(
            .io, "the ZAP handler cannot \(action): \(reason); a context has one handler only")
    }
}
