/// Output of a process that still runs.
public struct OutputChunk: Sendable {
    /// One of the two streams.
    public enum Stream: UInt8, Sendable {
        /// Standard output.
        case output = 1
        /// Standard error.
        case errors = 2
    }

    /// As given to `start`.
    public let token: UInt64
    /// Which of its streams.
    public let stream: Stream
    /// Where in the stream `bytes` begin.
    public let offset: Int
    /// What was written.
    public let bytes: [UInt8]
}
