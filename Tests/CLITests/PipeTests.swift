import Testing

/// Work that comes out of a pipe, which can be read only once.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PipeTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test(arguments: [
        ("--each-line", "-- sh -c 'echo $0 >> done'", "seq 3"),
        ("--json-lines", "", #"printf '{"run": "echo %s >> done"}\n' 1 2 3"#),
        ("", "", #"printf 'tasks: {a: {sweep: {grid: {i: [1, 2, 3]}}, run: "echo ${{ i }} >> done"}}'"#),
    ])
    func `a run takes lines, tasks and files from a pipe`(
        _ option: String, _ command: String, _ source: String
    ) throws {
        let ended = try yard.shell("mkfifo pipe; \(source) > pipe & $TASKS run \(option) pipe \(command)")
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(!ended.errors.contains("given up"), "\(ended.errors)")
        let done = (yard.read("done") ?? "").split(separator: "\n").sorted()
        #expect(done == ["1", "2", "3"])
    }

    @Test func `there is nothing of a pipe to go on with`() throws {
        let ended = try yard.shell("mkfifo pipe; $TASKS run --resume --each-line pipe -- true")
        #expect(ended.code == 2)
        #expect(ended.errors.contains("--resume is for a file"), "\(ended.errors)")
    }
}
