import Foundation

/// Which of a task's outputs.
public enum OutputStream: String, Sendable, CaseIterable {
    /// Standard output.
    case standardOutput = "stdout"
    /// Standard error, and what a function logs.
    case standardError = "stderr"
}

/// A piece of what a running task has written.
public struct OutputPiece: Sendable, Decodable {
    /// The bytes; none if nothing more is there yet, or is kept.
    public let bytes: [UInt8]
    /// The offset to ask for next: behind these bytes.
    public let nextOffset: Int
    /// Whether more may come. When not, the task's outcome has what was kept.
    public let isLive: Bool

    private enum CodingKeys: String, CodingKey { case bytes, offset, live }

    /// Reads the answer to `output`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        bytes = [UInt8](try values.decode(Data.self, forKey: .bytes))
        nextOffset = try values.decode(Int.self, forKey: .offset)
        isLive = try values.decode(Bool.self, forKey: .live)
    }
}
