public import FarmCore

/// A client cancels tasks; `reply` tells what came of it.
public struct CancelMessage: WireMessage {
    /// Tasks of one job that follow one another.
    public struct TaskRange: Equatable, Sendable {
        /// The first of them.
        public var first: TaskID
        /// How many, at least 1; `UInt32.max` from index 0 on: the whole job.
        public var count: UInt32

        /// A range with the fields given.
        public init(first: TaskID, count: UInt32) {
            self.first = first
            self.count = count
        }

        /// All tasks of a job, those that have not come yet too.
        public init(job: JobID) { self.init(first: TaskID(job, 0), count: .max) }

        /// Whether it is all tasks of its job.
        public var isWholeJob: Bool { first.index == 0 && count == .max }

        init(reading reader: inout WireReader) throws(WireError) {
            first = TaskID(raw: try reader.u64("first task"))
            count = try reader.positive("task count")
            guard UInt64(first.index) + UInt64(count) <= 1 << 32 else {
                throw reader.badValue(
                    "task count", size: 4, "\(count) tasks from \(first) on pass the last index")
            }
        }
    }

    /// Chosen by the client; the reply carries it. Never used again while the client lives, so that it may be
    /// repeated.
    public var request: UInt64
    /// What to cancel.
    public var ranges: [TaskRange]

    /// A message with the fields given.
    public init(request: UInt64, ranges: [TaskRange]) {
        self.request = request
        self.ranges = ranges
    }

    public func encode(into bytes: inout [UInt8]) {
        WireWriter.append(to: &bytes) { writer in
            writer.u64(request)
            writer.list(ranges) { writer, range in
                writer.u64(range.first.raw)
                writer.u32(range.count)
            }
        }
    }

    public init(decoding body: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(body)
        request = try reader.u64("request")
        ranges = try reader.list(itemBytes: 12, limit: WireLimits.names, "ranges") {
            reader throws(WireError) in
            try TaskRange(reading: &reader)
        }
        try reader.end()
    }
}
