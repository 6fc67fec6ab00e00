/// What brings frames to peers: the ROUTER sockets, or the simulator's network.
public protocol FrameCarrier: AnyObject {
    /// Sends one frame without waiting; its bytes are read before the call returns.
    func carry(_ frame: Frame, to address: LinkAddress) -> SendOutcome
}

/// What is known of the connection that a frame came by. Read rarely but for `userID`.
public protocol FrameOrigin {
    /// Which door it came through.
    var port: PortKind { get }
    /// What the handshake proved (ZAP's User-Id); nil where the transport proves nothing (ipc).
    var userID: String? { get }
    /// Where the peer is: an IP address, or `ipc`.
    var address: String { get }
}
