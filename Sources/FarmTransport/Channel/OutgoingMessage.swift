/// A message on its way out and how much of it was cut into frames.
public struct OutgoingMessage {
    /// What it is.
    public let kind: MessageKind
    private let head: UnsafeRawBufferPointer
    private let body: UnsafeRawBufferPointer
    private var isHeadDone: Bool
    private var offset = 0
    private var isDone = false

    /// `body` must stay valid until the last frame was made and sent, and so must `head`, which goes before
    /// it in a frame of its own: what is large need not be copied behind what is said of it.
    public init(
        _ kind: MessageKind, head: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        body: UnsafeRawBufferPointer
    ) {
        self.kind = kind
        self.head = head
        self.body = body.isEmpty ? head : body
        isHeadDone = head.isEmpty || body.isEmpty
    }

    /// The next piece and whether more follow; a message without a body is one empty piece.
    mutating func cut(limit: Int) -> (UnsafeRawBufferPointer, more: Bool)? {
        guard !isDone else { return nil }
        guard isHeadDone else {
            isHeadDone = true
            return (head, true)
        }
        let end = min(offset + limit, body.count)
        let piece = UnsafeRawBufferPointer(rebasing: body[offset..<end])
        offset = end
        isDone = end == body.count
        return (piece, !isDone)
    }
}
