/// A message on its way out and how much of it was cut into frames.
public struct OutgoingMessage {
    /// What it is.
    public let kind: MessageKind
    private let body: UnsafeRawBufferPointer
    private var offset = 0
    private var isDone = false

    /// `body` must stay valid until the last frame was made and sent.
    public init(_ kind: MessageKind, body: UnsafeRawBufferPointer) {
        self.kind = kind
        self.body = body
    }

    /// The next piece and whether more follow; a message without a body is one empty piece.
    mutating func cut(limit: Int) -> (UnsafeRawBufferPointer, more: Bool)? {
        guard !isDone else { return nil }
        let end = min(offset + limit, body.count)
        let piece = UnsafeRawBufferPointer(rebasing: body[offset..<end])
        offset = end
        isDone = end == body.count
        return (piece, !isDone)
    }
}
