import FarmTemplate
import Testing

@Suite struct ByteSizeTests {
    @Test(
        arguments: [
            ("1048576", 1 << 20), ("64KiB", 64 << 10), ("1.5MB", 1_500_000), ("2G", 2 << 30), ("1T", 1 << 40),
            ("0", 0), ("-1", nil), ("1x", nil), ("", nil), ("G", nil), ("1.", nil), ("2000T", nil),
        ] as [(String, UInt64?)])
    func `sizes are read`(_ text: String, _ bytes: UInt64?) { #expect(ByteSize.parse(text) == bytes) }

    @Test(
        arguments: [
            (0, "0 bytes"), (1023, "1023 bytes"), (1 << 20, "1 MiB"), (3 << 29, "1.5 GiB"),
            ((1 << 30) - 1, "1 GiB"), (1 << 50, "1024 TiB"),
        ] as [(UInt64, String)])
    func `sizes read as people write them`(_ bytes: UInt64, _ words: String) {
        #expect(ByteSize.words(bytes) == words)
    }

    @Test func `a check goes over the wire and is quoted as the task's line is`() throws {
        var template = TaskTemplate(.shell("./solve ${{ n }}"))
        template.check = "test -e ${{ n }}.in"
        template.payloadParameters = ["n"]
        let read = try TaskTemplate(decoding: template.encoded())
        #expect(read == template)
        let compiled = try CompiledTemplate(read, name: "t", surroundings: Surroundings(directory: "/"))
        let payload: [UInt8] = [2] + Array(#"{"n": "a b"}"#.utf8)
        let task = try payload.withUnsafeBytes {
            try compiled.render(task: TaskID(JobID(1), 0), index: 0, payload: $0)
        }
        #expect(task.check == .shell(line: "test -e 'a b'.in", shell: [], arguments: []))
        #expect(CompiledTemplate.check(template, name: "t").faults.isEmpty)
    }
}
