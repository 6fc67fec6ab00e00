/// A peer's way out: where its node puts the messages it wants sent to the controller.
///
/// A real connection and a simulated one look the same from here. Calls come from the thread that runs the
/// node.
public protocol FrameSink: AnyObject {
    /// Sends one message of `kind`; `body` is read before the call returns. While there is no connection the
    /// message is dropped: what must arrive is sent again after the next welcome.
    func send(_ kind: MessageKind, body: UnsafeRawBufferPointer)
}

extension FrameSink {
    /// As `send(_:body:)`, for a body that was put together in an array.
    public func send(_ kind: MessageKind, body: [UInt8]) {
        body.withUnsafeBytes { send(kind, body: $0) }
    }
}
