import Testing

/// Options that say of tasks what a batch file says, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OptionTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test(arguments: [
        (["--deadline", "-5"], "--deadline '-5': it must be a duration"),
        (["--deadline", "9999-01-01T00:00:00Z"], "it is too far away"),
        (["--timeout", "-1"], "--timeout '-1': expected"), (["--weight", "-1"], "--weight '-1'"),
        (["--priority", "-2000000"], "--priority -2000000: expected"),
        (["--retries", "2"], "Unknown option '--retries'. Did you mean '--retry'?"),
    ])
    func `a value that cannot be and an option that is none are told by their names`(
        _ options: [String], _ words: String
    ) throws {
        for end in [["--", "true"], ["a.yaml"]] {
            let refused = try yard.start(["submit"] + options + end).wait()
            #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
        }
    }

    @Test(arguments: [
        ["--tag", "${{ n }}"], ["--target", "engine-${{ n }}"], ["--after", "${{ n }}"],
        ["--label", "n=${{ n }}"],
        ["--target", "engine-0", "--lane", "${{ n }}"],
    ])
    func `what the scheduler reads has no expressions, as in a batch file`(_ options: [String]) throws {
        try yard.write("n.jsonl", #"{"run": "true", "params": {"n": 1}}"#)
        for work in [["n.jsonl"], ["--", "true"]] {
            let refused = try yard.start(["run"] + options + work).wait(seconds: 20)
            #expect(refused.code == 2, "\(refused.errors)")
            #expect(refused.errors.contains("`${{ }}` cannot stand there"), "\(refused.errors)")
        }
    }

    @Test func `what a batch file says of tries, order and recovery options say in its words`() throws {
        try yard.ok("cluster", "start", "--slots", "2")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let script = "echo x >> tries; exit 75"
        let other = "echo y >> others; exit 3"
        let retry = "{failure: 2, exit-codes: [75], delay: 10ms, factor: 2}"
        #expect(try yard.tasks("submit", "--wait", "--retry", retry, "--", "sh", "-c", script).code == 1)
        #expect(try yard.tasks("submit", "--wait", "--retry", retry, "--", "sh", "-c", other).code == 1)
        #expect(yard.read("tries") == "x\nx\nx\n" && yard.read("others") == "y\n")
        try yard.ok("submit", "--wait", "--label", "night=1", "--no-durable", "--", "true")
        // What does not outlive the controller is waited for by what does not, either.
        try yard.ok("submit", "--wait", "--no-durable", "--after", "{label: {night: \"1\"}}", "--", "true")
        try yard.ok("submit", "--wait", "--after", "{any: [1, 2], when: ended}", "--", "true")
        try yard.ok("submit", "--wait", "--follow", "{any: [4, 5]}", "--no-durable", "--", "true")
        #expect(try yard.tasks("submit", "--after", "3", "--", "true").errors.contains("does not outlive"))
        let wrong = try yard.tasks("submit", "--after", "{any: [1, heta]}", "--", "true")
        #expect(
            wrong.code == 2 && wrong.errors.contains("--after:1:11: 'heta' names no job"), "\(wrong.errors)")
    }

    @Test func `a recovery of the command line follows when all tries have failed`() throws {
        let one = try yard.tasks("run", "--recovery", "echo saved", "--grace", "10s", "--", "false")
        #expect(one.code == 0 && one.output == "saved\n", "\(one.errors)")
        let lines = try yard.tasks(
            "run", "--each-line", "--recovery", "{run: [sh, -c, 'echo $0 >> saved', '{}']}", "--", "false",
            input: "a\nb\n")
        #expect(lines.code == 0, "\(lines.errors)")
        #expect((yard.read("saved") ?? "").split(separator: "\n").sorted() == ["a", "b"])
        try yard.write(
            "two.jsonl",
            #"{"run": "false", "recovery": {"run": "echo own >> told"}}"# + "\n"
                + #"{"run": "exit ${{ n }}", "params": {"n": 3}}"#)
        try yard.ok("run", "--recovery", "echo ${{ n }} >> told", "two.jsonl")
        #expect((yard.read("told") ?? "").split(separator: "\n").sorted() == ["3", "own"])
    }

    @Test func `a priority may be negative, and a deadline a moment`() throws {
        let ended = try yard.start(
            ["run", "--priority", "-3", "--deadline", "2001-01-01T00:00:00Z", "-o", "json", "--", "true"]
        ).wait()
        #expect(ended.code == 1, "\(ended.errors)")
        #expect(try ended.objects().first?["state"] as? String == "expired")
        #expect(try yard.tasks("run", "--priority", "-3", "--deadline", "1h", "--", "true").code == 0)
    }
}
