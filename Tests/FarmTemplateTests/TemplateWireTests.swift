import FarmTemplate
import Testing

@Suite struct TemplateWireTests {
    static func full() throws -> TaskTemplate {
        var template = TaskTemplate(.shell("./solve ${{ n }} > \"a b\"\n"))
        template.environment = [.init("A", "1"), .init("Ä", "\u{7}\\\"")]
        template.directory = "runs/${{ name }}"
        template.setup = ["module load x"]
        template.shell = ["bash", "-eu"]
        template.stdin = .text("in\n")
        template.stdout = .init(file: "out", isAppended: true)
        template.stderr = .init(file: "err")
        template.outputLimitBytes = 1 << 20
        template.result = .regex(#"err = (?<err>\S+)"#)
        template.sweep = try Sweep(.values(name: "n", [ParameterValue(.number("0.10"))]))
        template.namePattern = "x-${{ n }}"
        return template
    }

    @Test func `templates survive the wire`() throws {
        var templates = [try Self.full(), TaskTemplate(.arguments(["a", ""])), TaskTemplate(.payload)]
        templates.append(TaskTemplate(.function("f", with: .object([JSONMember("a", .number("1e400"))]))))
        templates.append(TaskTemplate(.function("f", with: nil)))
        templates[1].payloadParameters = ["line"]
        templates[1].hasPlaceholders = true
        templates[1].stdin = .file("x")
        templates[1].result = .file("y")
        templates.append(TaskTemplate(.function("f", with: nil)))
        templates[templates.count - 1].shared = [1, 0, 255, 0]
        for template in templates {
            #expect(try TaskTemplate(decoding: template.encoded()) == template)
        }
        let here = Surroundings(directory: "/a b", environment: [.init("X", "=\n")])
        #expect(try Surroundings(decoding: here.encoded()) == here)
    }

    @Test func `the keys on the wire are those of the protocol`() throws {
        #expect(
            String(decoding: try Self.full().encoded(), as: UTF8.self)
                == #"{"v":1,"run":"./solve ${{ n }} > \"a b\"\n","env":{"A":"1","Ä":"\u0007\\\""},"dir":"runs/${{ name }}","#
                + #""setup":["module load x"],"shell":["bash","-eu"],"stdin":{"text":"in\n"},"#
                + #""stdout":{"file":"out","append":true},"stderr":{"file":"err"},"output-limit":1048576,"#
                + #""result":{"regex":"err = (?<err>\\S+)"},"sweep":{"kind":"values","name":"n","values":[0.10]},"#
                + #""task-name":"x-${{ n }}"}"#)
    }

    @Test func `unknown keys are ignored and later versions refused`() throws {
        let read = { (text: String) in try TaskTemplate(decoding: Array(text.utf8)) }
        #expect(try read(#"{"v":1,"run":"a","later":[1]}"#) == TaskTemplate(.shell("a")))
        for bad in [
            #"{"v":2,"run":"a"}"#, #"{"run":"a"}"#, #"{"v":1}"#, #"{"v":1,"run":1}"#,
            #"{"v":1,"run":"a","call":"b"}"#,
            #"{"v":1,"run":[]}"#, #"{"v":1,"run":"a","env":[]}"#, #"{"v":1,"run":"a","output-limit":-1}"#, "",
            "[]", "{",
            #"{"v":1,"run":"a","sweep":{"kind":"zip"}}"#, #"{"v":1,"run":"a","v":1}"#,
            #"{"v":1,"run":"a","sweep":{"kind":"spiral"}}"#,
            #"{"v":1,"run":"\ud800"}"#, "{\"v\":1,\"run\":\"a\"}\0", "\0abc",
        ] {
            #expect(throws: TemplateError.self, "\(bad)") { try read(bad) }
        }
    }

    @Test func `mutated bodies are refused or read, never a trap`() throws {
        var all = try Self.full()
        all.body = .shell("./solve ${{ x }} ${{ u }} ${{ c }}")
        all.namePattern = nil
        all.sweep = try Sweep(SweepKindsTests.everyKind())
        let good = [try Self.full().encoded(), all.encoded()]
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        var accepted = 0
        for round in 0..<10_000 {
            var bytes = good[round % 2]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let i = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[i] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: i)
                default: bytes.insert(contentsOf: bytes[i..<min(i + 9, bytes.count)], at: i)
                }
            }
            guard let template = try? TaskTemplate(decoding: bytes),
                let compiled = try? CompiledTemplate(
                    template, name: "t", surroundings: Surroundings(directory: "/"))
            else { continue }
            accepted += 1
            // What was read is what it says of itself.
            #expect(
                try TaskTemplate(decoding: template.encoded()) == template, "seed \(seed), round \(round)")
            let count = template.sweep?.count ?? 1
            for index in [0, count / 2, count - 1] {
                _ = try? compiled.render(task: TaskID(raw: 1), index: index)
            }
        }
        #expect(accepted > 100, "seed \(seed)")
    }

    @Test func `deep JSON is refused rather than followed`() {
        let deep = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, 7), ("[1,]", 3), ("[01]", 1), ("\"\u{1}\"", 1), (#""\x""#, 1), ("nul", 0),
        ("1 2", 2), ("[1", 2),
        ("+1", 0), ("-", 0), ("1.", 0), (".5", 0),
    ])
    func `what is not JSON is told with its place`(_ text: String, _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error?.offset == offset)
    }
}
