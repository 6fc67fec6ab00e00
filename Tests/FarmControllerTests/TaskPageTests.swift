import FarmTemplate
import FarmTransport
import Testing

@testable import FarmController

/// The queries `tasks` and `template`.
@Suite struct TaskPageTests {
    private let desk = DeskBench(slots: 1)

    private func ask(_ query: String) throws -> JSONValue {
        let (code, text) = try desk.ask(query)
        #expect(code == .ok, "\(text)")
        return try JSONValue(parsing: Array(text.utf8))
    }

    private func submit(_ template: TaskTemplate, count: UInt32) {
        let part = SubmissionPart(
            key: UniqueKey(high: 7, low: 7), part: 0, isLast: true, header: JobHeader(name: "job"),
            templates: [template.encoded(), Array(#"{"v":1,"run":["true"]}"#.utf8)],
            groups: [
                GroupSpec(template: 0, count: count, name: "solve \"it\""),
                GroupSpec(template: 1, count: 2, name: "report"),
            ])
        desk.bench.receive(NodeBench.client, .submit, part.encoded)
        desk.bench.turn()
    }

    @Test func `tasks are told with group and index, and nothing is compiled for it`() throws {
        // What no controller could compile.
        submit(TaskTemplate(.shell("echo ${{ nobody }}")), count: 3)
        let answer = try ask(#"{"query":"tasks","job":1,"first":1,"count":3}"#)
        guard case .array(let tasks)? = answer["tasks"], case .array(let groups)? = answer["groups"] else {
            Issue.record("\(answer)")
            return
        }
        #expect(tasks.map { $0["id"]?.text } == ["1.1", "1.2", "1.3"])
        #expect(tasks.map { $0["group"]?.text } == ["0", "0", "1"])
        #expect(tasks.map { $0["index"]?.text } == ["1", "2", "0"])
        #expect(tasks.allSatisfy { $0["engine"] == .null && $0["point"] == .null })
        #expect(tasks.allSatisfy { $0["name"] == nil && $0["parameters"] == nil })
        #expect(groups.map { $0["name"]?.text } == ["solve \"it\"", "report"])
        #expect(groups.map { $0["template"]?.text } == ["0", "1"])
        let none = try ask(#"{"query":"tasks","job":1,"first":17}"#)
        #expect(none["tasks"] == .array([]) && none["groups"] == .array([]))
        #expect(try desk.ask(#"{"query":"tasks","job":9}"#).code == .unknown)
    }

    @Test func `a page is ten thousand tasks at most`() throws {
        submit(TaskTemplate(.shell("true")), count: 25_000)
        let answer = try ask(#"{"query":"tasks","job":1,"first":20,"count":20000}"#)
        guard case .array(let tasks)? = answer["tasks"] else {
            Issue.record("\(answer)")
            return
        }
        #expect(tasks.count == 10_000)
        #expect(tasks.last?["id"]?.text == "1.10019")
    }

    @Test func `a template comes in pieces, without what its calls share`() throws {
        var template = TaskTemplate(.shell("true"))
        template.check = String(repeating: "x", count: 700 << 10)
        let text = template.encoded()
        template.shared = Array("secret".utf8)
        submit(template, count: 1)
        var sizes: [Int] = []
        var offset = 0
        while offset < text.count {
            let answer = try ask(#"{"query":"template","job":1,"template":0,"offset":\#(offset)}"#)
            #expect(answer["size"]?.text == "\(text.count)")
            let next = try #require(answer["offset"].flatMap { Int($0.text) })
            sizes.append(next - offset)
            try #require(next > offset)
            // Base64: four signs for three bytes.
            #expect((answer["bytes"]?.text.utf8.count ?? 0) == (next - offset + 2) / 3 * 4)
            offset = next
        }
        #expect(sizes == [512 << 10, text.count - (512 << 10)])
        #expect(try ask(#"{"query":"template","job":1,"template":0,"offset":9999999}"#)["bytes"]?.text == "")
        #expect(try desk.ask(#"{"query":"template","job":1,"template":7}"#).code == .unknown)
    }
}
