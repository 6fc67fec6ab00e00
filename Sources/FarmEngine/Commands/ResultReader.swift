import FarmFunctions
import FarmTemplate
import Foundation
import Glibc

/// Finds the value of a command that ended well.
enum ResultReader {
    /// A value may be as large as this.
    static let limitBytes = 64 << 20

    /// The value's payload (codec and bytes) from the file that `$TASKS_RESULT_FILE` named, which is removed;
    /// nil if the command wrote none.
    ///
    /// - Throws: ``EngineError`` with code `badResult`.
    static func take(scratch path: String) throws(EngineError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0, errno == ENOENT { return nil }
        let reason = errno
        defer {
            if descriptor >= 0 { close(descriptor) }
            ScratchDirectory.removeTree(path)
        }
        guard descriptor >= 0 else {
            throw EngineError(
                .badResult,
                "the result in $TASKS_RESULT_FILE cannot be read: \(String(cString: strerror(reason)))")
        }
        let bytes = try read(descriptor, "$TASKS_RESULT_FILE")
        if bytes.isEmpty { return nil }
        return try json(bytes, "$TASKS_RESULT_FILE")
    }

    /// The value's payload from a JSON file that the task is to leave.
    ///
    /// - Throws: ``EngineError`` with code `badResult`.
    static func read(file path: String) throws(EngineError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw EngineError(
                .badResult, "the result file \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try json(try read(descriptor, path), path)
    }

    /// The value's payload from the last match in the output: an object of the named groups, else the first
    /// group, else the whole match. What reads as a number is one.
    ///
    /// - Throws: ``EngineError`` with code `badResult`.
    static func match(_ pattern: String, in output: [UInt8]) throws(EngineError) -> [UInt8] {
        let expression: NSRegularExpression
        do { expression = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines) } catch {
            throw EngineError(.badResult, "the result's regular expression cannot be read: \(pattern)")
        }
        let text = String(decoding: output, as: UTF8.self)
        let whole = NSRange(text.startIndex..., in: text)
        guard let match = expression.matches(in: text, range: whole).last else {
            throw EngineError(
                .badResult, "nothing in the output matches the result's regular expression \(pattern)")
        }
        func group(_ range: NSRange) -> JSONValue {
            guard range.location != NSNotFound, let range = Range(range, in: text) else { return .null }
            return scalar(String(text[range]))
        }
        let names = groupNames(pattern)
        let value: JSONValue =
            names.isEmpty
            ? group(match.range(at: match.numberOfRanges > 1 ? 1 : 0))
            : .object(names.map { JSONMember($0, group(match.range(withName: $0))) })
        return PayloadCodec.payload(json: value.encoded())
    }

    /// As `match(_:in:)`, in the file that the output went to.
    ///
    /// - Throws: ``EngineError`` with code `badResult`.
    static func match(_ pattern: String, inFile path: String) throws(EngineError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw EngineError(
                .badResult, "the output in \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try match(pattern, in: try read(descriptor, path))
    }

    /// A number if it is written as JSON writes one, else a string.
    private static func scalar(_ text: String) -> JSONValue {
        if let value = try? JSONValue(parsing: Array(text.utf8)), case .number = value { return value }
        return .string(text)
    }

    /// The names in `(?<name>…)`, in order, each once.
    private static func groupNames(_ pattern: String) -> [String] {
        var names: [String] = []
        for match in pattern.matches(of: /\(\?P?<([A-Za-z][A-Za-z0-9]*)>/)
        where !names.contains(String(match.1)) {
            names.append(String(match.1))
        }
        return names
    }

    private static func json(_ bytes: [UInt8], _ name: String) throws(EngineError) -> [UInt8] {
        do throws(JSONError) { _ = try JSONValue(parsing: bytes) } catch {
            let before = bytes.prefix(error.offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
            throw EngineError(
                .badResult,
                "the result in \(name) is not JSON: \(error.message), at line \(line), column \(column)")
        }
        return PayloadCodec.payload(json: bytes)
    }

    private static func read(_ descriptor: Int32, _ name: String) throws(EngineError) -> [UInt8] {
        // Reading a pipe or a device might never end.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw EngineError(.badResult, "the result in \(name) cannot be read: it is no regular file")
        }
        var bytes: [UInt8] = []
        var room = 4096
        while bytes.count <= limitBytes {
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: room))
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + start, room) }
            bytes.removeLast(room - max(0, count))
            guard count >= 0 else {
                throw EngineError(
                    .badResult, "the result in \(name) cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            room = min(room * 2, 4 << 20)
        }
        throw EngineError(
            .badResult,
            "the result in \(name) is larger than \(limitBytes >> 20) MiB; leave it in a file and return its name"
        )
    }
}
