import FarmTransport
import TaskFarm

// How facts stand in the spool: a head of fixed length, then value and error. Read by the process that has
// written them, so in its own byte order.
extension ResultFacts {
    /// Bytes before the value.
    static let headBytes = 84

    /// - Parameter group: the number of the place's group in the spool.
    func append(group: UInt32, to bytes: inout [UInt8]) {
        func add(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
        }
        let words = Array(error.utf8)
        for number in [UInt32(value.count), UInt32(words.count), id.job.raw, id.index, group, place.index] {
            add(number)
        }
        add(UInt32(state.rawValue) | UInt32(cause.rawValue) << 8 | (hasRun ? 1 << 16 : 0))
        for number in [UInt32(clamping: attempt), engine?.raw ?? .max, UInt32(clamping: peakMemoryKiB)] {
            add(number)
        }
        add(Int32(clamping: exitCode))
        for number in [submittedAt, startedAt, endedAt].map(\.nanoseconds) + [cpuNanoseconds] {
            add(number)
        }
        add(source?.raw ?? .max)
        bytes.append(contentsOf: value)
        bytes.append(contentsOf: words)
    }

    /// How long a record is whose head this is.
    static func length(_ head: UnsafeRawBufferPointer) -> Int {
        headBytes + Int(head.loadUnaligned(as: UInt32.self))
            + Int(head.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }

    /// Reads one record. `groups`: those that were numbered.
    init?(_ bytes: UnsafeRawBufferPointer, groups: [TaskPlace]) {
        func word(_ index: Int) -> UInt32 {
            bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        }
        func long(_ index: Int) -> Int64 {
            bytes.loadUnaligned(fromByteOffset: 44 + 8 * index, as: Int64.self)
        }
        guard bytes.count >= Self.headBytes, bytes.count == Self.length(bytes),
            Int(word(4)) < groups.count,
            let state = TaskState(rawValue: UInt8(truncatingIfNeeded: word(6))),
            let cause = Cause(rawValue: UInt8(truncatingIfNeeded: word(6) >> 8))
        else { return nil }
        id = TaskID(JobID(word(2)), word(3))
        place = groups[Int(word(4))]
        place.index = word(5)
        (self.state, self.cause) = (state, cause)
        hasRun = word(6) >> 16 != 0
        attempt = Int(word(7))
        engine = word(8) == .max ? nil : EngineID(word(8))
        peakMemoryKiB = Int(word(9))
        exitCode = Int(Int32(bitPattern: word(10)))
        submittedAt = Instant(nanoseconds: long(0))
        startedAt = Instant(nanoseconds: long(1))
        endedAt = Instant(nanoseconds: long(2))
        cpuNanoseconds = long(3)
        source = long(4) == -1 ? nil : TaskID(raw: UInt64(bitPattern: long(4)))
        let middle = Self.headBytes + Int(word(0))
        value = Array(bytes[Self.headBytes..<middle])
        error = String(decoding: bytes[middle...], as: UTF8.self)
    }
}
