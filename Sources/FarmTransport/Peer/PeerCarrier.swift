/// What brings a peer's frames to the controller: a DEALER socket, or the simulator's network.
public protocol PeerCarrier: AnyObject {
    /// Sends one frame without waiting; its bytes are read before the call returns. Dropped if there is no
    /// link.
    func carry(_ frame: Frame)
}
