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

private func refusal(_ csv: [UInt8], _ rest: String = "") -> String {
    do {
        _ = try batch(csv, rest)
        return "accepted"
    } catch {
        return "\(error)".replacing(#/^.*/csv-[^\/]*\//#, with: "")
    }
}

private func texts(_ sweep: Sweep) -> [[String]] { (0..<sweep.count).map { sweep.point($0).map(\.text) } }

private func quoted(_ sweep: Sweep) -> String {
    ([sweep.names] + texts(sweep)).map { row in
        row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }.joined()
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

    @Test func `blanks around fields are no part of them, and lines of blanks no points`() throws {
        let text = "n , \tm,file\n1, 2 , \" x \" \n \t\n\t3,  4,a b \n  "
        let sweep = try #require(try batch(Array(text.utf8), ", when: m < 5").templates[0].sweep)
        #expect(sweep.names == ["n", "m", "file"])
        #expect(sweep.count == 2)
        #expect(sweep.point(0).map(\.value) == [.number("1"), .number("2"), .string(" x ")])
        #expect(sweep.point(1).map(\.text) == ["3", "4", "a b"])
    }

    @Test func `points that would not fit into a job are refused where the file is named`() {
        let value = String(repeating: "x", count: 1 << 20)
        let rest = ", grid: {big: [&a \(value)" + String(repeating: ", *a", count: 63) + "]}"
        let found = refusal(Array("n\n1\n2\n".utf8), rest)
        #expect(
            found
                == "b.yaml:4:18: the points take 67 MB in the job; at most 64 MiB are possible: split the file, "
                + "or make two tasks of it")
        // Backslashes are written twice.
        let half =
            ", grid: {big: [&a '\(value.replacing("x", with: "\\"))'" + String(repeating: ", *a", count: 31)
        #expect(refusal(Array("n\n1\n".utf8), half + "]}").hasPrefix("b.yaml:4:18: the points take 67 MB"))
    }

    @Test func `a name as long as a file is cut in the message`() {
        let found = refusal(Array((String(repeating: "x", count: 3_000_000) + "\n1\n").utf8))
        #expect(found.hasPrefix("points.csv:1:1: a parameter's name is letters") && found.utf8.count < 300)
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
        (
            "a-b,a_b\n1,2\n",
            "points.csv:1:5: the parameters “a-b” and “a_b” would both be the variable TASKS_PARAM_a_b: rename one"
        ),
        ("n;m\n1;2\n", "points.csv:1:1: fields lie between commas; found “n;m”"),
        ("n\tm\n1\t2\n", "points.csv:1:1: fields lie between commas; found “n\\tm”"),
        ("n\r1\r2", "points.csv:1:1: line ends are LF or CRLF, not CR alone; found “n\\r1\\r2”"),
        ("1,2\n3,4\n", "points.csv:1:1: the first row must name the parameters, found “1”"),
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

    @Test func `bytes that are no text are refused and nothing traps`() throws {
        #expect(refusal([0x6E, 0x0A, 0xFF]).hasPrefix("points.csv:2:1: expected UTF-8"))
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Sequence64(state: seed)
        let alphabet = Array("n,m\"\r\n 1ä".utf8)
        var accepted = 0
        for round in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            // Half begin as a file does, so that some are accepted.
            let csv = round % 2 == 0 ? bytes : Array("n\n".utf8) + bytes
            let read: Batch
            do {
                read = try batch(csv)
            } catch let error as BatchError {
                #expect(!error.problems.isEmpty && error.problems.allSatisfy { $0.line > 0 }, "seed \(seed)")
                continue
            }
            let sweep = try #require(read.templates[0].sweep)
            accepted += 1
            // Read again with all in quotes, it is the same.
            let again = try batch(Array(quoted(sweep).utf8)).templates[0].sweep
            #expect(again.map(texts) == texts(sweep), "seed \(seed), round \(round)")
        }
        #expect(accepted > 0, "seed \(seed)")
    }
}
