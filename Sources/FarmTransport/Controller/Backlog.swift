/// Frames that wait, in order, until their connection takes more.
struct Backlog {
    private var frames: [(FrameHeader, [UInt8])] = []
    private var head = 0
    /// Bytes of what waits.
    private(set) var bytes = 0

    var isEmpty: Bool { head == frames.count }

    mutating func append(_ frame: Frame) {
        frames.append((frame.header, [UInt8](frame.body)))
        bytes += frame.count
    }

    /// Hands frames to `carry` until one is refused, which stays; the outcome is that of the last.
    mutating func flush(_ carry: (Frame) -> SendOutcome) -> SendOutcome {
        while head < frames.count {
            let (header, body) = frames[head]
            let outcome = body.withUnsafeBytes { carry(Frame(header: header, body: $0)) }
            guard outcome == .sent else { return outcome }
            bytes -= FrameHeader.size + body.count
            frames[head].1 = []
            head += 1
        }
        frames.removeAll()
        head = 0
        return .sent
    }
}
