import Foundation
import Testing

@testable import FarmEngine

@Suite struct TaskDirectoryTests {
    private func inFreshDirectory(_ body: (String) throws -> Void) throws {
        let root = NSTemporaryDirectory() + "task-directory-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        try body(root)
    }

    private func put(_ name: String, in directory: String) throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test func `a missing directory is made with its parents`() throws {
        try inFreshDirectory { root in
            try TaskDirectory.make(root + "/a/b", owner: "farm 1.0", isFirstAttempt: true)
            #expect(exists(root + "/a/b"))
        }
    }

    @Test func `what an earlier attempt of the same task left is removed`() throws {
        try inFreshDirectory { root in
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: true)
            try put("partial.out", in: root)
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: false)
            #expect(!exists(root + "/partial.out"))
        }
    }

    @Test func `files of the user's, of another task or of another run are left alone, for good`() throws {
        try inFreshDirectory { root in
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try put("precious", in: root)
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: true)
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: false)
            #expect(exists(root + "/precious"))
        }
        try inFreshDirectory { root in
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: true)
            try put("result", in: root)
            // The next run's task has the same id, as it has in every new farm of `tasks run`.
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: true)
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: false)
            #expect(exists(root + "/result"))
        }
        try inFreshDirectory { root in
            try TaskDirectory.make(root, owner: "farm 1.0", isFirstAttempt: true)
            try put("result", in: root)
            try TaskDirectory.make(root, owner: "farm 1.1", isFirstAttempt: false)
            #expect(exists(root + "/result"))
        }
    }

    @Test func `a directory that cannot be made is told with the reason`() throws {
        let error = #expect(throws: EngineError.self) {
            try TaskDirectory.make("/dev/null/x", owner: "farm 1.0", isFirstAttempt: true)
        }
        #expect(error?.message.hasPrefix("cannot make the task's directory /dev/null/x") == true)
    }
}
