public import FarmCore

/// What an attempt leaves behind, for the client: its value or error, and what was kept of its output. The
/// controller passes it on unread.
///
/// Laid out in sections: u8 tag · u32 length · bytes; each tag at most once, in any order. A reader skips
/// tags that it does not know.
public struct AttemptPayload: Equatable, Sendable {
    /// What a section holds. Raw values are those of the wire.
    public enum Tag: UInt8, Sendable, CaseIterable {
        /// u8 codec and the value in it.
        case value = 1
        /// What went wrong, UTF-8.
        case error = 2
        /// Kept bytes of standard output.
        case output = 3
        /// Kept bytes of standard error.
        case errorOutput = 4
        /// u64: bytes that were written to standard output.
        case outputTotal = 5
        /// u64: bytes that were written to standard error.
        case errorOutputTotal = 6
        /// The error's type or name, UTF-8, that retry rules select by.
        case errorName = 7
        /// The directory that was the task's own, UTF-8.
        case directory = 8
        /// Of Python: where the error came from, as Python prints it, UTF-8.
        case traceback = 9
        /// A content key and a digest of what the task has written.
        case content = 10
        /// u64: the task whose run this is what was left behind by.
        case source = 11
        /// The JSON object that a task's parameters came in.
        case parameters = 12
        /// How each rank of a command ended, JSON.
        case ranks = 13
    }

    /// A value and how it is written.
    public struct Value: Equatable, Sendable {
        /// One of the codecs of docs/protocol.md; not looked at here.
        public var codec: UInt8
        /// The value.
        public var bytes: [UInt8]

        /// A value with the fields given.
        public init(codec: UInt8, bytes: [UInt8]) {
            self.codec = codec
            self.bytes = bytes
        }
    }

    /// What the task returned.
    public var value: Value?
    /// What went wrong, for a person.
    public var error: String?
    /// The error's type or name.
    public var errorName: String?
    /// What was kept of standard output; nil if it was not captured.
    public var output: [UInt8]?
    /// What was kept of standard error; nil if it was not captured.
    public var errorOutput: [UInt8]?
    /// Bytes written to standard output, kept or not.
    public var outputTotal: UInt64?
    /// Bytes written to standard error, kept or not.
    public var errorOutputTotal: UInt64?
    /// The absolute path of the task's own directory; nil if it had none.
    public var directory: String?
    /// By what it may be found again; nil unless its tasks skip what is unchanged.
    public var content: ContentRecord?
    /// The task that has done what is told here; nil if this one did.
    public var source: TaskID?

    /// Where a Python error came from, as Python prints it; nil if that is not said.
    public var traceback: String?
    /// The JSON object in which the task's parameters came to the engine; nil if they came otherwise, or
    /// there are none.
    public var parameters: [UInt8]?
    /// How each rank of a command ended, as `RankEnd` writes it; nil of one that had none.
    public var ranks: [UInt8]?

    /// A payload with the fields given; with none it is empty.
    public init(
        value: Value? = nil, error: String? = nil, errorName: String? = nil, output: [UInt8]? = nil,
        errorOutput: [UInt8]? = nil, outputTotal: UInt64? = nil, errorOutputTotal: UInt64? = nil,
        directory: String? = nil, content: ContentRecord? = nil, source: TaskID? = nil
    ) {
        self.value = value
        self.error = error
        self.errorName = errorName
        self.output = output
        self.errorOutput = errorOutput
        self.outputTotal = outputTotal
        self.errorOutputTotal = errorOutputTotal
        self.directory = directory
        self.content = content
        self.source = source
    }
}
