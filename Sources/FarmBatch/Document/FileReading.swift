import FarmTemplate
import Foundation

/// Opens and reads the files that a user names.
enum FileReading {
    /// Bytes that a YAML file may have.
    static let limitBytes = 64 << 20

    /// A whole file; `-` is standard input.
    static func read(_ path: String) throws(BatchError) -> [UInt8] {
        let handle = try open(path)
        var bytes: [UInt8] = []
        while true {
            let chunk = try read(handle, path, 1 << 20)
            if chunk.isEmpty { return bytes }
            bytes.append(contentsOf: chunk)
            if bytes.count > limitBytes {
                throw BatchError(
                    .limit, file: path,
                    "the file is larger than \(limitBytes >> 20) MiB; write generated work as JSON Lines (.jsonl), "
                        + "which has no such limit")
            }
        }
    }

    static func open(_ path: String) throws(BatchError) -> FileHandle {
        if path == "-" { return .standardInput }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw BatchError(.unreadable, file: path, "there is no such file\(neighbour(of: path))")
        }
        if isDirectory.boolValue {
            throw BatchError(.unreadable, file: path, "this is a directory: name the batch file in it")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw BatchError(
                .unreadable, file: path, "the file cannot be opened: \(String(cString: strerror(errno)))")
        }
        return handle
    }

    static func read(_ handle: FileHandle, _ path: String, _ count: Int) throws(BatchError) -> [UInt8] {
        do {
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        } catch {
            throw BatchError(
                .unreadable, file: path, "the file cannot be read: \(error.localizedDescription)")
        }
    }

    /// A path that a file names, from the file's own directory.
    static func resolved(_ path: String, beside file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    private static func neighbour(of path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)) ?? []
        return Spelling.hint(url.lastPathComponent, in: names)
    }
}
