import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// Writes a file of points beside a batch file that names it, and reads that.
private func batch(_ csv: [UInt8], _ rest: String = "") throws -> Batch {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("csv-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data(csv).write(to: directory.appendingPathComponent("points.csv"))
    let text = "tasks:\n  a:\n    run: x\n    sweep: {csv: points.csv\(rest)}\n"
    return try BatchReader.read(
        bytes: Array(text.utf8), file: directory.appendingPathComponent("b.yaml").path)
}

private func refusal(_ csv: [UInt8]) -> String {
    do {
        _ = try batch(csv)
        return "accepted"
    } catch {
        return "\(error)".replacing(#/^.*/csv-[^\/]*\//#, with: "")
    }
}

@Suite struct CSVTests {
    @Test func `rows are points and what is not in quotes is what it would be in the batch file`() throws {
        let text = "\u{FEFF}n,file,ok\r\n0.10,\"a, \"\"b\"\"\nc\",true\r\n\r\n0755,,\"5\"\n0x10,ä b,~"
        let sweep = try #require(try batch(Array(text.utf8)).templates[0].sweep)
        #expect(sweep.names == ["n", "file", "ok"])
        #expect(sweep.count == 3)
        #expect(sweep.point(0).map(\.text) == ["0.10", "a, \"b\"\nc", "true"])
        #expect(sweep.point(0).map(\.value) == [.number("0.10"), .string("a, \"b\"\nc"), .bool(true)])
        #expect(sweep.point(1).map(\.value) == [.string("0755"), .string(""), .string("5")])
        #expect(sweep.point(2).map(\.text) == ["0x10", "ä b", "~"])
    }

    @Test func `a file goes with other kinds`() throws {
        let sweep = try #require(
            try batch(Array("n,m\n1,2\n3,4\n".utf8), ", grid: {x: [1, 2]}, when: n > x or m == 2, repeat: 2")
                .templates[0].sweep)
        #expect(sweep.names == ["x", "n", "m", "repeat"])
        #expect(sweep.count == 8)
    }

    @Test(arguments: [
        ("", "points.csv:1:1: the file is empty: its first row must name the parameters"),
        ("\n\r\n", "points.csv:1:1: the file is empty: its first row must name the parameters"),
        ("n,m\n", "points.csv:1:1: the sweep is empty: the file has no rows below its first"),
        ("n,m\n1,2\n3\n", "points.csv:3:1: expected 2 fields, as in the first row, found 1"),
        ("n\n1,2\n", "points.csv:2:1: expected 1 field, as in the first row, found 2"),
        ("n,\"m\nm\"\n1,2\n", "points.csv:1:3: a parameter's name is letters"),
        ("n,m,n\n1,2,3\n", "points.csv:1:5: the parameter “n” is given twice"),
        ("a-b,a_b\n1,2\n", "points.csv:1:5: the parameter “a_b” is given twice"),
        ("n,\n1,2\n", "points.csv:1:3: a parameter's name is letters"),
        ("name\n1\n", "points.csv:1:1: a parameter cannot be called “name”"),
        ("n\n\u{0}\n", "points.csv:2:1: expected text, found a NUL byte"),
        (
            "n\nä\"b\"\n",
            "points.csv:2:2: a quote inside a field: put the whole field in quotes, and write it twice"
        ),
        ("n\n\"ab\n\n", "points.csv:2:1: the field's quotes are not closed"),
        ("n,m\n1,\"ä\"x\n", "points.csv:2:6: expected a comma or the line's end behind the quotes"),
        ("n\n${{ m }}\n", "points.csv:2:1: `${{ }}` cannot stand in the values of a sweep"),
    ])
    func `a bad file is refused with its own line and column`(_ csv: String, _ wanted: String) {
        let refused = refusal(Array(csv.utf8))
        #expect(refused.hasPrefix(wanted), "\(refused)")
    }

    @Test func `bytes that are no text are refused and nothing traps`() {
        #expect(refusal([0x6E, 0x0A, 0xFF]).hasPrefix("points.csv:2:1: expected UTF-8"))
        var random = Sequence64(state: UInt64.random(in: 0...UInt64.max))
        let alphabet = Array("n,m\"\r\n 1ä".utf8)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            if let read = try? batch(bytes) { #expect(read.taskCount > 0) }
        }
    }
}
