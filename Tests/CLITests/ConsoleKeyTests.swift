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
        ("\u{1B}[200~a\tb\u{1B}[201~c", "a\tbc"), ("x\u{1B}[200~1\r\n2\r3\n\n\u{1B}[201~y", "x1\n2\n3y"),
        ("\u{1B}[200~\u{03}ü\u{1B}[A\u{1B}[201~", "\u{03}ü\u{1B}[A"), ("\u{1B}[200~\u{1B}[201~z", "z"),
    ])
    func `what is pasted is text, with its tabs and newlines, and no keys`(text: String, wanted: String) {
        let (buffer, keys) = typed(Array(text.utf8))
        #expect(buffer.text == wanted)
        #expect(
            keys.allSatisfy { if case .text = $0 { true } else if case .paste = $0 { true } else { false } })
    }

    @Test func `the cursor stands where the terminal has it, also behind wide characters`() {
        func view(_ text: String, back: Int = 0, room: Int = 40) -> LineView {
            var buffer = LineBuffer(text)
            buffer.move(by: -back)
            return LineView(buffer, room: room)
        }
        #expect(view("abc").cursor == 3 && view("äe\u{301}").cursor == 2)
        #expect(view("漢字a").cursor == 5 && view("漢字a", back: 2).cursor == 2)
        #expect(view("👩‍🚀😀").cursor == 4 && view("한글").cursor == 4 && view("ｆｕ").cursor == 4)
        #expect(view("a\nb\t\u{1B}").text == "a␤b␉␛")
        let long = view(String(repeating: "0123456789", count: 100), room: 20)
        #expect(long.text.count == 19 && long.text.hasSuffix("789") && long.cursor == 19)
        let wide = view(String(repeating: "漢", count: 50), back: 25, room: 11)
        #expect(wide.text == "漢漢漢漢漢" && wide.cursor == 10)
        #expect(view("abcdef", back: 6, room: 3).text == "abc")
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
