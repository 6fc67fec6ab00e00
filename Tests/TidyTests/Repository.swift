import Foundation

/// The checkout that these tests were compiled from.
enum Repository {
    /// The top folder, found from where this file really is, so that a package of symbolic links
    /// reaches it too.
    static let root: URL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file that is committed, or would be by `git add --all`; without git, every file outside
    /// the build's folders.
    static func files() throws -> [String] {
        if hasGit { return try git("ls-files", "--cached", "--others", "--exclude-standard").filter(exists) }
        guard let all = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var paths: [String] = []
        for case let path as String in all {
            if path.hasPrefix(".build") || path.hasPrefix(".git/") || path.hasPrefix(".swiftpm") {
                all.skipDescendants()
            } else if !isFolder(path) {
                paths.append(path)
            }
        }
        return paths.sorted()
    }

    /// Every file that is committed or staged; none without git.
    static func committedFiles() throws -> [String] {
        hasGit ? try git("ls-files", "--cached") : []
    }

    /// The Swift sources in some of the top folders.
    static func swiftSources(in folders: String...) throws -> [SourceFile] {
        try texts { path in
            path.hasSuffix(".swift") && folders.contains { path == $0 || path.hasPrefix($0 + "/") }
        }
    }

    /// The files that a condition on their path picks, read.
    static func texts(where isWanted: (String) -> Bool) throws -> [SourceFile] {
        try files().filter(isWanted).map { path in
            SourceFile(
                path: path,
                text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
        }
    }

    /// The package's targets and what they depend on, as SwiftPM itself reads them.
    static func manifest() throws -> Manifest {
        // Its own scratch folder: the one in use is locked while tests run.
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tidy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let output = try run([
            ProcessInfo.processInfo.environment["SWIFT"] ?? "swift", "package", "--package-path", root.path,
            "--scratch-path", scratch.path, "dump-package",
        ])
        return try JSONDecoder().decode(Manifest.self, from: output)
    }

    private static var hasGit: Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(".git").path)
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    private static func isFolder(_ path: String) -> Bool {
        let values = try? root.appendingPathComponent(path).resourceValues(forKeys: [.isDirectoryKey])
        return values?.isDirectory == true
    }

    private static func git(_ arguments: String...) throws -> [String] {
        // The checkout may belong to another user, as in a container.
        let output = try run(["git", "-c", "safe.directory=*", "-C", root.path] + arguments + ["-z"])
        return String(decoding: output, as: UTF8.self).split(separator: "\0").map(String.init)
    }

    private static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw RunFailure(command: arguments.joined(separator: " "), status: process.terminationStatus)
        }
        return data
    }
}

/// A helper command that did not end with 0; what it said is in the test's output.
struct RunFailure: Error {
    var command: String
    var status: Int32
}
