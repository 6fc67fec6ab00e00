import Foundation
import TaskFarm
import Testing

@testable import tasks

/// What is typed at the console, key by key.
@Suite struct ConsoleKeyTests {
    private func typed(_ bytes: [UInt8]) -> (LineBuffer, [Key]) {
        var (reader, buffer, keys) = (KeyReader(), LineBuffer(), [Key]())
        for byte in bytes {
            guard let key = reader.take(byte) else { continue }
            keys.append(key)
            LineEditor.apply(key, to: &buffer)
        }
        return (buffer, keys)
    }

    @Test(arguments: [
        ("abc\u{1B}[D\u{1B}[DX", "aXbc"), ("abc\u{01}X", "Xabc"), ("abc\u{01}X\u{05}Y", "XabcY"),
        ("ab cd\u{17}e", "ab e"), ("abc\u{1B}[D\u{0B}", "ab"), ("abc\u{1B}[D\u{15}", "c"),
        ("aä\u{7F}b", "ab"), ("abc\u{1B}[H\u{1B}[3~", "bc"), ("a\u{1B}OFb\u{1B}[1;5Xc", "abc"),
        ("ü€😀\u{1B}[D\u{7F}", "ü😀"),
    ])
    func `keys move, insert and delete`(text: String, wanted: String) {
        #expect(typed(Array(text.utf8)).0.text == wanted)
    }

    @Test func `any bytes at all make keys, or are passed over`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(typed(bytes).0.cursor <= typed(bytes).0.characters.count)
        }
        #expect(typed([0xFF, 0xFF, 0xFF, 0xFF, 0x61]).1 == [.text("a")])
        #expect(typed([0x1B, 0x5B, 0x41]).1 == [.up])
    }

    @Test(arguments: [
        (["x = 1"], true), (["for x in y:"], false), (["for x in y:", "    pass"], false),
        (["for x in y:", "    pass", ""], true), (["f(1,"], false), (["f(1,", "2)"], true),
        (["s = '''a"], false), (["s = '''a", "b'''"], true), (["a = \"(\""], true), (["# f("], true),
        (["x = 1 + \\"], false), (["x = 1 + \\", "2"], true), (["@cache"], false), (["d = {1:"], false),
        (["d = {1:", "2}"], true), (["'it\\'s ('"], true), (["if x: pass"], true),
    ])
    func `a text is whole when Python's prompt would say so`(lines: [String], isComplete: Bool) {
        #expect(PythonText.isComplete(lines) == isComplete)
    }

    @Test func `history is kept in the file, entries of several lines, too, and readable by nobody else`()
        throws
    {
        let path = NSTemporaryDirectory() + "history-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var history = LineHistory(path: path)
        for entry in ["x = 1", "x = 1", "for a in b:\n    print('\\n')\n", "  ", "y"] { history.add(entry) }
        #expect(LineHistory(path: path).entries == ["x = 1", "for a in b:\n    print('\\n')\n", "y"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `an array goes into NumPy's format and comes out of it`() throws {
        for (extents, bytes) in [([3, 2], 48), ([5], 40), ([], 8), ([0, 4], 0)] {
            let array = try NumberArray(
                .float, itemBytes: 8, extents: extents, bytes: Array((0..<bytes).map { UInt8($0) }))
            let file = NumpyFile.encode(array)
            #expect((file.count - bytes) % 64 == 0)
            #expect(try NumpyFile.decode(file) == array)
        }
        for bad in [
            [], Array("no array at all".utf8), [0x93] + Array("NUMPY".utf8) + [1, 0, 255, 255, 0, 0],
        ] {
            #expect(throws: NumpyFile.Fault.self) { try NumpyFile.decode(bad) }
        }
    }
}
