import Foundation

/// Reads a file or standard input line by line, in bounded memory.
final class LineReader {
    /// Bytes that one line may have.
    static let longestLine = 4 << 20

    let file: String
    /// The line that was read last, from 1.
    private(set) var number = 0
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    init(_ path: String) throws(BatchError) {
        file = path
        handle = try FileReading.open(path)
    }

    /// The next line that is not blank, without its end; nil behind the last.
    func next() throws(BatchError) -> [UInt8]? {
        while let line = try nextRaw() {
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if !isBlank { return line }
        }
        return nil
    }

    private func nextRaw() throws(BatchError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return try line(buffer[start..<end])
            }
            if isAtEnd {
                if start == buffer.count { return nil }
                defer { start = buffer.count }
                return try line(buffer[start...])
            }
            if buffer.count - start > Self.longestLine {
                throw BatchError(
                    .limit, file: file, line: number + 1,
                    "the line is longer than \(Self.longestLine >> 20) MiB")
            }
            buffer.removeSubrange(..<start)
            start = 0
            searched = buffer.count
            let chunk = try FileReading.read(handle, file, 256 << 10)
            isAtEnd = chunk.isEmpty
            buffer.append(contentsOf: chunk)
        }
    }

    private func line(_ slice: ArraySlice<UInt8>) throws(BatchError) -> [UInt8] {
        number += 1
        var slice = slice
        if number == 1, slice.starts(with: [0xEF, 0xBB, 0xBF]) { slice = slice.dropFirst(3) }
        if slice.last == UInt8(ascii: "\r") { slice = slice.dropLast() }
        return Array(slice)
    }
}
