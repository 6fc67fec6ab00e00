import FarmContent
import Foundation
import Testing

/// Digests of real files in a directory of the test's own.
final class FileDigestsTests {
    let directory = NSTemporaryDirectory() + "digests-\(UUID().uuidString)"
    let digests = FileDigests()

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory + "/data", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
    }

    private func digest(_ names: String...) throws -> ContentDigest {
        try digests.digest(of: names.map { "\(directory)/\($0)" })
    }

    @Test func `digests are those of SHA-256`() throws {
        #expect(
            ContentDigest(of: "abc").description
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            ContentDigest(of: [UInt8]()).description
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        try write("long", String(repeating: "a", count: 1_000_000))
        #expect(
            try ContentDigest(ofFile: directory + "/long").description
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func `a change is seen at once, also one of the same length`() throws {
        try write("a", "one")
        var seen = [try digest("a")]
        for text in ["two", "One", "one "] {
            try write("a", text)
            seen.append(try digest("a"))
        }
        #expect(Set(seen).count == 4)
        try write("a", "one")
        #expect(try digest("a") == seen[0])
    }

    @Test func `what has not changed for long is read once, and again when it has`() throws {
        try write("old", "one")
        let path = directory + "/old"
        let first = try digest("old")
        // Its change, not its time stamp, is what counts: touching it back changes nothing of that.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        #expect(try digest("old") == first)
        try write("old", "two")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        #expect(try digest("old") != first)
    }

    @Test func `names, contents and the number of files all tell`() throws {
        try write("data/x", "1")
        let one = try digest("data")
        try write("data/y", "")
        let two = try digest("data")
        try FileManager.default.moveItem(atPath: directory + "/data/y", toPath: directory + "/data/z")
        let renamed = try digest("data")
        #expect(Set([one, two, renamed]).count == 3)
        // Of a path that is named twice, and in another order, nothing else comes.
        try write("b", "2")
        #expect(try digest("b", "data") == digest("data", "b", "data/x", "b"))
    }

    @Test func `wildcards name what is there, by rising path`() throws {
        for name in ["data/b.csv", "data/a.csv", "data/c.txt"] { try write(name, name) }
        #expect(try digest("data/*.csv") == digest("data/a.csv", "data/b.csv"))
        #expect(try digest("data/?.csv") == digest("data/[ab].csv"))
        try write("data/[x]", "literal")
        #expect(try digest("data/[x]") == digest("data/[[]x]"))
        try write("data/x", "what it matches, too")
        let both = try digest("data/[x]")
        #expect(try both == digest("data/[[]x]", "data/x") && digest(#"data/\[x]"#) == digest("data/[[]x]"))
        #expect(try digests.digest(of: ["/dev/null"]) == digests.digest(of: ["/dev/null"]))
    }

    @Test func `what is not there, no file, or matches nothing is told with its path`() throws {
        func error(_ name: String) -> ContentError? {
            do { _ = try digest(name) } catch { return error as? ContentError }
            return nil
        }
        #expect(error("gone")?.code == .missing)
        #expect(error("gone")?.description == "\(directory)/gone is not there")
        #expect(error("*.none")?.description == "\(directory)/*.none matches no file")
        #expect(mkfifo(directory + "/pipe", 0o600) == 0)
        #expect(error("pipe")?.description == "\(directory)/pipe is neither a file nor a directory")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/data/loop", withDestinationPath: directory + "/data")
        #expect(error("data")?.code == .tooMany || error("data")?.code == .unreadable)
    }

    @Test func `checking looks only whether paths are there`() throws {
        try write("a", "1")
        try FileDigests.check([directory + "/a", directory + "/data", directory + "/?"])
        #expect(throws: ContentError.self) { try FileDigests.check([directory + "/a", directory + "/b"]) }
    }

    @Test func `what is not wanted any more is read no further`() throws {
        let path = directory + "/large"
        try write("large", "1")
        #expect(truncate(path, 1 << 20) == 0)
        var asked = 0
        #expect(throws: ContentError.self) {
            try digests.digest(of: [path]) {
                asked += 1
                return asked < 3
            }
        }
        #expect(asked == 3)
    }
}
