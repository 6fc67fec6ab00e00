import ZeroMQ

/// A controller's listening sockets, as the carrier of its sessions' frames.
final class RouterSockets: FrameCarrier {
    let listeners: [Listener]
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
    /// The first error that ended a socket's use, such as the shutdown of the context.
    private(set) var failure: ZeroMQError?

    init(_ listeners: [Listener]) { self.listeners = listeners }

    deinit { scratch.deallocate() }

    func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome {
        do throws(ZeroMQError) {
            return try listeners[address.socket].send(frame, to: address.routing, scratch: scratch)
        } catch {
            failure = failure ?? error
            return .unreachable
        }
    }
}
