import FarmBatch
import FarmTemplate
import Testing

@Suite struct SweepLineTests {
    /// The batch, and what its file would make if somebody else read it.
    private func batch(_ line: SweepLine) throws -> Batch {
        let batch = try line.batch()
        #expect(try read(line.text) == batch)
        return batch
    }

    private func points(_ parameters: [String], isZip: Bool = false, seed: UInt64? = nil) throws -> [String] {
        let line = try SweepLine("echo {}", parameters, isZip: isZip, seed: seed)
        let sweep = try #require(try batch(line).templates[0].sweep)
        return try (0..<sweep.count).map { index in
            zip(sweep.names, try sweep.values(at: index)).map { "\($0)=\($1.text)" }.joined(separator: " ")
        }
    }

    @Test(arguments: [
        (
            ["a=1,2", "b=linspace:0:1:3"],
            ["a=1 b=0.0", "a=1 b=0.5", "a=1 b=1.0", "a=2 b=0.0", "a=2 b=0.5", "a=2 b=1.0"]
        ),
        (["n=range:1:3"], ["n=1", "n=2", "n=3"]),
        (["n=range:10:0:-5"], ["n=10", "n=5", "n=0"]),
        (["a=logspace:1:100:3"], ["a=1.0", "a=10.0", "a=100.0"]),
        (["f=[\"a,b\", c d, '']"], ["f=a,b", "f=c d", "f="]),
        (["f={linspace: [0, 1, 2]}"], ["f=0.0", "f=1.0"]),
        (
            ["t=12:00:00,a:b,x#y,- z,it's,\"q\",{x"],
            ["t=12:00:00", "t=a:b", "t=x#y", "t=- z", "t=it's", "t=\"q\"", "t={x"]
        ),
    ])
    func `values are what a file has`(_ parameters: [String], _ wanted: [String]) throws {
        #expect(try points(parameters) == wanted)
    }

    @Test func `values are of the types that they have in a file`() throws {
        let line = try SweepLine("echo {v}", ["v=1,0x10,1e3,0755,on,true,null,~,1.50,.5,a"])
        let sweep = try #require(try batch(line).templates[0].sweep)
        let values = try (0..<sweep.count).map { try sweep.values(at: $0)[0].value }
        #expect(
            values == [
                .number("1"), .number("16"), .number("1e3"), .string("0755"), .string("on"), .bool(true),
                .null,
                .null, .number("1.50"), .number("0.5"), .string("a"),
            ])
    }

    @Test func `zip puts values side by side and a seed draws others`() throws {
        #expect(try points(["a=1,2", "b=x,y"], isZip: true) == ["a=1 b=x", "a=2 b=y"])
        let random = ["x=random:uniform:0:1:3"]
        #expect(try points(random, seed: 7)[0] == "x=0.3801349327373674")
        #expect(try points(random) == points(random, seed: 0))
        #expect(try points(["x=random:normal:0:1:5", "n=random:integer:1:6:4"]).count == 20)
    }

    @Test(arguments: [
        ("./solve --n {n} -a {a} {}", "./solve --n ${{ n }} -a ${{ a }} ${{ n }}"),
        ("echo ${n} ${HOME} {b} {n,a} { ls; }", "echo ${n} ${HOME} {b} {n,a} { ls; }"),
        ("echo ${{ n }} {n", "echo ${{ n }} {n"),
        ("awk '{print $1}' {n}", "awk '{print $1}' ${{ n }}"),
        ("echo {n} # x\ncat <<'E'\na: {a}\nE", "echo ${{ n }} # x\ncat <<'E'\na: ${{ a | raw }}\nE"),
        ("  echo  'a  b' \\\n\t{n}  ", "  echo  'a  b' \\\n\t${{ n }}  "),
        ("echo ü \u{1F600} \"{n}\"", "echo ü \u{1F600} \"${{ n }}\""),
    ])
    func `the command comes out of the file as it was typed`(_ line: String, _ wanted: String) throws {
        let raw = line.replacing("a: {a}", with: "a: ${{ a | raw }}")
        let batch = try batch(try SweepLine(raw, ["n=1", "a=2"]))
        #expect(batch.templates[0].body == .shell(wanted))
    }

    /// What means something to YAML, to the shell or to terminals; what stands in braces is for the sweep.
    private static let pieces = [
        "a", "${n}", "'", "\"", "#", " #", "# ", ": ", ":", "- ", "|", ">", "&", "*", "!", "%",
        "@",
        "\\", "\\n", "\n", "\t", " ", "  ", "ü", "\u{A0}", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}",
        "\u{7F}", "\u{9B}", "\u{1F600}", "{a,b}", "$$", "? ", "[", "]", ",", "~", "null", "---", "...",
        "\n---\n", "\n ", "\n\n", "x: y", "\r",
    ]

    @Test(arguments: 0..<20)
    func `any command comes out of the file as it was typed`(_ seed: UInt64) throws {
        var state = seed
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<30 {
            let line = "echo " + (0...draw(8)).map { _ in Self.pieces[draw(Self.pieces.count)] }.joined()
            let found = try SweepLine(line, ["n=1"]).batch().templates[0].body
            #expect(found == .shell(line), "seed \(seed): \(line.debugDescription)")
        }
    }

    @Test func `further keys stand in the file`() throws {
        let line = try SweepLine(
            "/opt/solve {n}", ["n=1,2"],
            job: [.init("name", yaml: YAMLWriter.text("true")), .init("canary", yaml: "1")],
            task: [.init("retry", yaml: "{failure: 2}")])
        let batch = try batch(line)
        #expect(batch.name == "true" && batch.brake.canary == 1)
        #expect(batch.groups.map(\.name) == ["solve"])
        #expect(batch.groups[0].policy.retry.failure == 2)
    }

    @Test(arguments: [
        (["n"], "'n': expected NAME=VALUES, as n=1,2,3 or n=linspace:0:1:11"),
        (["n=1,,2"], "'n=1,,2': a value is empty; an empty text is written in brackets: n=[\"\", a]"),
        (
            ["name=1"],
            "'name=1': a parameter cannot be called “name”: `${{ name }}` means something else already"
        ),
        (["n=linspace:0:1"], "'n=linspace:0:1': expected linspace:FROM:TO:COUNT"),
        (["n=range:1"], "'n=range:1': expected range:FROM:TO[:STEP]"),
        (["n=linspace:0:x:3"], "'n=linspace:0:x:3': expected a number in `linspace`, found “x”"),
        (["n=range:3:1"], "'n=range:3:1': the range is empty: from 3 by steps of 1 never reaches 1"),
        (["n={}"], "'n={}': the values of `n` must be one of range, linspace, logspace, random"),
        (
            ["n=[1", "m=2"],
            "'n=[1': not YAML: while parsing a flow sequence: did not find expected ',' or ']'"
        ),
        ([], "sweep: expected parameters behind the command, as n=1,2,3 or alpha=linspace:0:1:11"),
        (["n=1", "n=2"], "sweep: the parameter “n” is given twice"),
        (
            ["n=range:1:100000", "m=range:1:100000"],
            "sweep: the sweep has 10000000000 points; a job may have 2147483648"
        ),
    ])
    func `what is wrong is said of the parameter`(_ parameters: [String], _ wanted: String) {
        let error = #expect(throws: BatchError.self) {
            _ = try SweepLine("echo {}", parameters).batch()
        }
        #expect(error?.description == wanted)
    }

    @Test func `all that is wrong is said together`() {
        let error = #expect(throws: BatchError.self) { _ = try SweepLine(" ", ["n", "m="]) }
        #expect(error?.problems.count == 3)
    }
}
