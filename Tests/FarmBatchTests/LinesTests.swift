import FarmBatch
import FarmTemplate
import Foundation
import Testing

private func withFile<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
        "lines-\(UUID().uuidString).jsonl")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}

private let here = Surroundings(directory: "/s")
private let key = UniqueKey(high: 3, low: 4)

private func jsonParts(_ text: String) throws -> [SubmissionPart] {
    try withFile(text) { path in
        let batch = try BatchReader.jsonLines(path, key: key, surroundings: here)
        var parts: [SubmissionPart] = []
        while let part = try batch.next() { parts.append(try part.whole()) }
        return parts
    }
}

private func lineParts(_ text: String, _ command: [String]) throws -> [SubmissionPart] {
    try withFile(text) { path in
        let batch = try BatchReader.lines(path, command: command, key: key, surroundings: here)
        var parts: [SubmissionPart] = []
        while let part = try batch.next() { parts.append(try part.whole()) }
        return parts
    }
}

private func refusal(_ body: () throws -> Void) -> [String] {
    do {
        try body()
        return ["accepted"]
    } catch let error as BatchError {
        return error.problems.map { problem in
            problem.description.replacing(#/^.*/lines-[^:]*:/#, with: "f:")
        }
    } catch {
        return ["\(error)"]
    }
}

/// All tasks of a submission, rendered.
private func tasks(_ parts: [SubmissionPart]) throws -> [RenderedTask] {
    let templates = try parts.flatMap(\.templates).map { try TaskTemplate(decoding: $0) }
    var rendered: [RenderedTask] = []
    var index: UInt32 = 0
    for group in parts.flatMap(\.groups) {
        if !group.isContinuation { index = 0 }
        let compiled = try CompiledTemplate(
            templates[Int(group.template)], name: group.name, surroundings: here)
        for i in 0..<Int(group.count) {
            let payload = group.payloads.count > 0 ? Array(group.payloads.bytes[group.payloads.range(i)]) : []
            rendered.append(
                try payload.withUnsafeBytes {
                    try compiled.render(
                        task: TaskID(JobID(1), UInt32(rendered.count)), index: index, payload: $0)
                })
            index += 1
        }
    }
    return rendered
}

@Suite struct LinesTests {
    @Test func `each line becomes a task`() throws {
        let parts = try lineParts("a b\r\n\n'x\"\n  \nlast", ["./solve", "--in={}"])
        #expect(parts.count == 1 && parts[0].isLast)
        let all = try tasks(parts)
        #expect(
            all.map(\.body) == [
                .command(["./solve", "--in=a b"]), .command(["./solve", "--in='x\""]),
                .command(["./solve", "--in=last"]),
            ])
        #expect(all.map(\.name) == ["solve/0", "solve/1", "solve/2"])
        #expect(
            parts[0].groups[0].payloads.bytes[parts[0].groups[0].payloads.range(0)]
                == ArraySlice([2] + Array(#"{"line":"a b"}"#.utf8)))
    }

    @Test func `without a placeholder the line is the last argument`() throws {
        #expect(
            try tasks(lineParts("a\nb\n", ["echo", "x"])).map(\.body) == [
                .command(["echo", "x", "a"]), .command(["echo", "x", "b"]),
            ])
    }

    @Test func `many lines are cut into bounded parts of one group`() throws {
        let text = (0..<40_000).map { "line number \($0)\n" }.joined()
        let parts = try lineParts(text, ["echo", "{}"])
        #expect(parts.count > 3)
        #expect(parts.allSatisfy { $0.groups.count == 1 })
        #expect(
            parts.map { $0.groups[0].isContinuation } == [false]
                + Array(repeating: true, count: parts.count - 1))
        #expect(parts.map(\.isLast) == Array(repeating: false, count: parts.count - 1) + [true])
        #expect(parts.allSatisfy { $0.groups[0].payloads.bytes.count < 256 << 10 })
        let all = try tasks(parts)
        #expect(all.count == 40_000)
        #expect(all[39_999].body == .command(["echo", "line number 39999"]))
        #expect(all[39_999].name == "echo/39999")
    }

    @Test func `lines that are no text, and no lines at all, are refused`() throws {
        #expect(
            refusal { _ = try lineParts("a\nb\u{0}c\n", ["x"]) } == ["f:2:2: expected text, found a NUL byte"]
        )
        #expect(refusal { _ = try lineParts("\n \n", ["x"]) } == ["f: no lines: nothing would run"])
        #expect(
            refusal { _ = try lineParts("a", ["x", "${{ y }}"]) }.first?.hasPrefix(
                "--: in the command's run[1]") == true)
    }

    @Test func `lines that differ only in parameters share a template`() throws {
        let parts = try jsonParts(
            """
            {"name":"solve","run":"./solve ${{ n }} ${{ f }}","params":{"n":0.10,"f":"a b"}}
            {"name":"solve","run":"./solve ${{ n }} ${{ f }}","params":{"n":2,"f":"x"}}

            {"name":"report","run":["./report"],"after":{"all":"solve","when":"ended"},"priority":5}
            """)
        #expect(parts.count == 1)
        #expect(parts[0].templates.count == 2)
        #expect(parts[0].groups.map(\.count) == [2, 1])
        #expect(parts[0].groups[1].after == [Dependency([.group(0)], when: .ended)])
        #expect(parts[0].groups[1].policy.priority == 5)
        let all = try tasks(parts)
        #expect(all.map(\.name) == ["solve/n=0.10,f=a%20b", "solve/n=2,f=x", "report"])
        #expect(all[0].body == .shell(line: "./solve 0.10 'a b'", shell: [], arguments: []))
        #expect(all[2].body == .command(["./report"]))
    }

    @Test func `lines that differ only in what they run or are given share a template`() throws {
        let parts = try jsonParts(
            """
            {"run":"echo a > x"}
            {"run":["echo","b"]}
            {"call":"f","with":{"n":1}}
            {"call":"f","with":{"n":2}}
            {"run":"echo $TASKS_PARAM_n","params":{"n":1}}
            {"run":"x","sweep":{"grid":{"n":[1,2]}}}
            {"run":"x","sweep":{"grid":{"n":[1,2]}}}
            """)
        #expect(parts[0].groups.map(\.count) == [2, 2, 1, 2, 2])
        #expect(parts[0].templates.count == 4)
        let all = try tasks(parts)
        #expect(all[0].body == .shell(line: "echo a > x", shell: [], arguments: []))
        #expect(all[1].body == .command(["echo", "b"]))
        #expect(all[3].body == .function("f", input: [2] + Array(#"{"n":2}"#.utf8)))
        #expect(all[4].variables.last == "TASKS_PARAM_n=1")
        #expect(all.map(\.name) == ["0", "1", "0", "1", "n=1", "n=1", "n=2", "n=1", "n=2"])
    }

    @Test func `a long file is streamed in parts of one array`() throws {
        let text = (0..<20_000).map { #"{"name":"s","run":"./solve --n \#($0)"}"# + "\n" }.joined()
        let parts = try jsonParts(text)
        #expect(parts.count > 2)
        #expect(parts.flatMap(\.templates).count == 1)
        #expect(parts.flatMap(\.groups).filter { !$0.isContinuation }.count == 1)
        let all = try tasks(parts)
        #expect(all.count == 20_000)
        #expect(all[12_345].body == .shell(line: "./solve --n 12345", shell: [], arguments: []))
        #expect(Set(all.map(\.name)).count == 20_000)
    }

    @Test(arguments: [
        (
            #"{"run":"x"}"# + "\n" + #"{"rum":"x"}"#,
            "f:2:2: `rum` is not a key of a task; did you mean “run”?"
        ),
        (
            #"{"run":"x"} x"#,
            "f:1:13: not a JSON object on one line: expected the end of the JSON text, found “x”"
        ),
        ("[1]", "f:1:1: not a JSON object on one line: expected “{”, found “[”"),
        (#"{"run":"x","run":"y"}"#, "f:1:12: not a JSON object on one line: the key “run” is given twice"),
        (#"{"a":"ä","run":"${{ z }}"}"#, "f:1:17: nothing is called “z” here"),
        (#"{"run":5}"#, "f:1:8: `run` must be a shell line or a list of words, found the number 5"),
        (#"{"run":"x","params":[1]}"#, "f:1:21: `params` must be an object, found a list"),
        (#"{"run":"x","params":{"a b":1}}"#, "f:1:1: a parameter's name is letters"),
        (#"{"run":"x","after":"y"}"#, "f:1:20: no task is called “y”"),
        (
            #"{"run":"x","name":"a"}"# + "\n" + #"{"run":"x","name":"b","after":"b"}"#,
            "f:2:31: the task `b` cannot come after itself"
        ),
        (
            #"{"run":"x"}"# + "\n" + #"{"run":""}"#,
            "f:2:8: `run` must be a shell line or a list of words, found “”"
        ),
        (
            #"{"run":"${{ n }}","params":{"n":"a\u0000"}}"#,
            "f:1:33: a NUL character cannot stand in a parameter's value"
        ),
        ("", "f: no lines: nothing would run"),
    ])
    func `C63 a bad line is refused with its place`(_ text: String, _ wanted: String) {
        let found = refusal { _ = try jsonParts(text) }
        #expect(found.contains { $0.hasPrefix(wanted) }, "\(found)")
    }

    @Test func `C63 no part of a file with an early fault leaves, and faults behind it are found too`() throws
    {
        var text = #"{"rum":"x"}"# + "\n"
        for i in 0..<10_000 { text += #"{"run":"./solve --some-long-option \#(i)"}"# + "\n" }
        text += #"{"run":"x","retyr":1}"# + "\n"
        let found = refusal {
            try withFile(text) { path in
                let batch = try BatchReader.jsonLines(path, key: key, surroundings: here)
                let part = try batch.next()
                Issue.record("a part came out: \(try part?.whole().part ?? 0)")
            }
        }
        #expect(found.map { $0.prefix(12) } == ["f:1:2: `rum`", "f:10002:12: "])
    }
}
