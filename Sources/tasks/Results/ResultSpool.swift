import Glibc
import TaskFarm

/// The facts of many tasks, in a file that nobody else sees: put in as they come, taken out in any order. 8
/// bytes a task in memory. A small number of them never gets as far as the file.
final class ResultSpool {
    private static let bufferBytes = 1 << 20
    /// The file is read in pieces of this size at most, and at least.
    private static let windowBytes = (least: 4 << 10, most: 256 << 10)

    /// Rows, whether there is something in them or not.
    let count: Int
    /// Where a row's record begins, plus one; 0 for none.
    private var places: [UInt64]
    private var groups: [TaskPlace] = []
    private var groupNumbers: [TaskPlace: UInt32] = [:]
    private var lastGroup: (place: TaskPlace, number: UInt32)?
    private var file: Int32 = -1
    private var written: UInt64 = 0
    /// What comes behind that.
    private var buffer: [UInt8] = []
    /// Bytes of the file that were read last: rows mostly lie near each other.
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    /// Bytes of it that somebody wanted.
    private var usedBytes = 0
    private var nextWindowBytes = ResultSpool.windowBytes.least

    init(count: Int) {
        self.count = count
        places = [UInt64](repeating: 0, count: count)
    }

    deinit { if file >= 0 { close(file) } }

    func has(_ row: Int) -> Bool { places[row] != 0 }

    /// Puts a row in; what was in it before is forgotten.
    /// - Throws: `CommandFailure` if there is no room.
    func put(_ facts: ResultFacts, at row: Int) throws {
        places[row] = written + UInt64(buffer.count) + 1
        facts.append(group: number(of: facts.place), to: &buffer)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func number(of place: TaskPlace) -> UInt32 {
        var group = place
        group.index = 0
        if let lastGroup, lastGroup.place == group { return lastGroup.number }
        let number = groupNumbers[group] ?? UInt32(groups.count)
        if number == groups.count {
            groups.append(group)
            groupNumbers[group] = number
        }
        lastGroup = (group, number)
        return number
    }

    /// What is in a row; nil for nothing.
    func facts(at row: Int) throws -> ResultFacts? {
        guard places[row] != 0 else { return nil }
        let start = places[row] - 1
        if start >= written {
            return buffer.withUnsafeBytes { record(in: $0, at: Int(start - written)) }
        }
        if let facts = windowed(start) { return facts }
        try move(to: start)
        return windowed(start)
    }

    /// What begins there, if the window has all of it.
    private func windowed(_ start: UInt64) -> ResultFacts? {
        guard start >= windowStart, start - windowStart < UInt64(window.count) else { return nil }
        return window.withUnsafeBytes { bytes in
            let place = Int(start - windowStart)
            guard let facts = record(in: bytes, at: place) else { return nil }
            usedBytes += ResultFacts.length(UnsafeRawBufferPointer(rebasing: bytes[place...]))
            return facts
        }
    }

    /// Reads the file around a record, and all of the record: twice as much as last time if most of that was
    /// wanted, as it is where rows are asked for nearly in the order in which they came; else less.
    private func move(to start: UInt64) throws {
        nextWindowBytes =
            usedBytes * 2 >= window.count
            ? min(nextWindowBytes * 2, Self.windowBytes.most)
            : max(nextWindowBytes / 4, Self.windowBytes.least)
        // What came a little earlier is wanted a little later.
        let first =
            nextWindowBytes > Self.windowBytes.least
            ? start - min(start, UInt64(nextWindowBytes / 16)) : start
        window = try read(nextWindowBytes, at: first)
        (windowStart, usedBytes) = (first, 0)
        let length = window.withUnsafeBytes { bytes in
            ResultFacts.length(UnsafeRawBufferPointer(rebasing: bytes[Int(start - first)...]))
        }
        if Int(start - first) + length > window.count {
            window = try read(length, at: start)
            windowStart = start
        }
    }

    /// Nil if not all of it is there.
    private func record(in bytes: UnsafeRawBufferPointer, at start: Int) -> ResultFacts? {
        guard start + ResultFacts.headBytes <= bytes.count else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        let length = ResultFacts.length(rest)
        guard length <= rest.count else { return nil }
        return ResultFacts(UnsafeRawBufferPointer(rebasing: rest[..<length]), groups: groups)
    }

    // MARK: The file

    private func open() throws {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
        var path = Array("\(directory)/tasks-results-XXXXXX".utf8CString)
        file = mkstemp(&path)
        guard file >= 0 else { throw trouble("a file cannot be made in \(directory)") }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(path)
    }

    private func flush() throws {
        if file < 0 { try open() }
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(written)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw trouble("they cannot be written") }
            written += UInt64(count)
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// At most so many bytes, fewer at the end.
    private func read(_ wanted: Int, at start: UInt64) throws -> [UInt8] {
        let count = Int(min(UInt64(wanted), written - start))
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress! + done, count - done, off_t(start) + off_t(done))
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw trouble("they cannot be read back") }
            done += read
        }
        return bytes
    }

    private func trouble(_ what: String) -> CommandFailure {
        CommandFailure(
            .refused,
            "results are kept in a file while they are put in order, and \(what): \(String(cString: strerror(errno)));"
                + " $TMPDIR names another place for it")
    }
}
