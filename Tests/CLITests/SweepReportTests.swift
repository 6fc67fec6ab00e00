import Foundation
import FoundationXML
import Testing

/// The page that `tasks sweep-report` writes, read as XML.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SweepReportTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        let start = try yard.tasks("cluster", "start", "-n", "2", "--slots", "1")
        guard start.code == 0 else { throw Farmyard.Trouble(start.errors) }
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func page(_ job: String) throws -> ReadPage {
        let report = try yard.tasks("sweep-report", job, "-o", "page.html")
        guard report.code == 0 else { throw Farmyard.Trouble(report.errors) }
        #expect(report.output == "page.html\n")
        return try ReadPage(yard.read("page.html") ?? "")
    }

    @Test func `a sweep over two numbers is a heat map, one over a number and words lines`() throws {
        defer { stop() }
        try yard.write(
            "heat.yaml",
            """
            name: heat
            tasks:
              solve:
                sweep: {grid: {n: [8, 16, 32], alpha: [0.1, 0.5, 0.9]}}
                run: |
                  test ${{ n }}-${{ alpha }} != 32-0.9
                  awk -v n=${{ n }} -v a=${{ alpha }} 'BEGIN {
                    printf "{\\"error\\": %.6g, \\"n\\": %d, \\"note\\": \\"x\\"}", a / (n * n * n), n
                  }' > $TASKS_RESULT_FILE
              order:
                sweep: {grid: {n: [8, 16, 32], scheme: [implicit, explicit]}}
                run: echo ${{ n }}.5 > $TASKS_RESULT_FILE
            """)
        try yard.ok("submit", "heat.yaml")
        #expect(try yard.tasks("wait", "heat").code == 1)
        let page = try page("heat")
        #expect(page.text.contains("15 tasks: 14 succeeded, 1 failed"))
        #expect(page.text.contains("error over n and alpha"))
        #expect(page.text.contains("1 point without a finite number is a hole"))
        // Nine places, one of them empty; more than three decades.
        #expect(page.count("rect", "hole") == 1)
        #expect(page.text.contains("n=16, alpha=0.5: 0.0001221"))
        #expect(page.text.contains("n=32, alpha=0.9: no number"))
        // A field that says what a parameter says, or a word, is none to draw.
        #expect(!page.text.contains("n over n"))
        #expect(page.text.contains("result over n"))
        #expect(page.count("path", "line") == 2 && page.count("circle", nil) == 6)
        #expect(page.text.contains("scheme=implicit") && page.text.contains("n=8, scheme=explicit: 8.5"))
        // Each attempt is a bar.
        #expect(page.count("rect", "succeeded") == 14 && page.count("rect", "failed") == 1)
        #expect(page.text.contains("(engine-0)") && page.text.contains("(engine-1)"))
        #expect(!page.text.contains("Since the run before"))
        #expect(
            page.elements.filter { ["script", "img", "link", "iframe", "object"].contains($0.name) } == [])
        #expect(
            !page.source.contains("href") && !page.source.contains("url(") && !page.source.contains("@import")
        )
        #expect(page.source.contains("prefers-color-scheme:dark") && page.source.contains("@media print"))

        try yard.ok("submit", "heat.yaml")
        #expect(try yard.tasks("wait", "heat").code == 1)
        stop()
        let later = try self.page("heat")
        #expect(later.text.contains("Since the run before, job 1"))
        #expect(later.text.contains("15 points in both: 15 the same, 0 changed; 0 new, 0 gone"))
    }

    @Test func `every attempt is a bar, and what was done again counts by its newest end`() throws {
        defer { stop() }
        try yard.write(
            "tries.yaml",
            """
            tasks:
              a: {sweep: {grid: {n: [1, 2]}}, retry: 1, run: "test -e go-${{ n }} || { echo no ${{ n }} >&2; exit 3; }"}
              b: {after: a, run: "true"}
            """)
        try yard.write("go-1", "")
        try yard.ok("submit", "tries.yaml")
        #expect(try yard.tasks("wait", "last").code == 1)
        let first = try page("1")
        #expect(first.count("rect", "succeeded") == 1 && first.count("rect", "failed") == 2)
        #expect(first.text.contains("1.1, attempt 2: failed") && first.text.contains("tried again"))
        #expect(first.text.contains("3 tasks: 1 succeeded, 1 failed, 1 impossible"))
        #expect(first.text.contains("no 2"))
        try yard.write("go-2", "")
        #expect(try yard.tasks("retry", "1", "--failed", "--dependents", "--wait").code == 0)
        let second = try page("1")
        #expect(second.text.contains("3 tasks: 3 succeeded"))
        #expect(second.count("rect", "succeeded") == 3 && second.count("rect", "failed") == 0)
        #expect(!second.text.contains("What did not succeed"))
    }

    @Test func `failures stand together by fingerprint, and nothing of theirs is markup`() throws {
        defer { stop() }
        let hostile = "<script>alert(1)</script>&amp;\"'><img src=x onerror=y>"
        try yard.write(
            "bad.sh",
            """
            printf '\\033[31m%s\\007 cannot open ' '<script>alert(2)</script>' >&2
            echo "/data/$1/in.h5 at line $1" >&2
            test "$1" -gt 3 && exit 4
            exit 5
            """)
        let quoted = hostile.replacingOccurrences(of: "'", with: "''")
        try yard.write(
            "bad.yaml",
            """
            tasks:
              point: {sweep: {grid: {i: {from: 1, to: 6}}}, run: "sh bad.sh ${{ i }}"}
              odd: {sweep: {grid: {text: ['\(quoted)', plain]}}, run: "echo 1.5 > $TASKS_RESULT_FILE"}
            """)
        let submit = try yard.tasks("submit", "bad.yaml", "--name", "bad", "--label", "who=<i>me</i>")
        #expect(submit.code == 0, "\(submit.errors)")
        _ = try yard.tasks("wait", "last")
        let page = try page("last")
        #expect(page.text.contains("6 tasks, 2 fingerprints"))
        #expect(
            page.texts(of: "h3").filter { $0.hasPrefix("3 ×") }.sorted() == [
                "3 × failed (failure), exit code 4", "3 × failed (failure), exit code 5",
            ])
        #expect(page.text.contains("cannot open PATH at line N"))
        #expect(page.text.contains("1.0 point/i=1 · 1.1 point/i=2 · 1.2 point/i=3"))
        #expect(page.text.contains("cannot open /data/1/in.h5 at line 1"))
        // The names are there as text, and as nothing else.
        #expect(
            page.text.contains("odd/text=<script>alert(1)<%2Fscript>")
                && page.text.contains("text=\(hostile): 1.5"))
        #expect(page.text.contains("who=<i>me</i>"))
        #expect(page.elements.filter { ["script", "img", "i"].contains($0.name) } == [])
        #expect(!page.source.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    }

    @Test func `the page goes where it is told, and of what is no whole job there is none`() throws {
        defer { stop() }
        try yard.ok("submit", "--wait", "--name", "night.1", "--", "true")
        #expect(try yard.tasks("sweep-report").output == "night.1.html\n")
        #expect(try ReadPage(yard.read("night.1.html") ?? "").text.contains("1 task: 1 succeeded"))
        // Written anew, and shorter than what was there.
        try yard.write("night.1.html", String(repeating: "x", count: 1 << 20))
        try yard.ok("sweep-report", "1")
        _ = try ReadPage(yard.read("night.1.html") ?? "")
        let output = try yard.tasks("sweep-report", "1", "-o", "-")
        #expect(try ReadPage(output.output).elements.first?.name == "html")
        for (arguments, words) in [
            (["1.0"], "1.0 is a part of a job"), (["7"], "no job 7"),
            (["1", "-o", "none/there.html"], "cannot write none/there.html: No such file or directory"),
        ] {
            let refused = try yard.start(["sweep-report"] + arguments).wait()
            #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
        }
    }
}

/// A page as a strict parser reads it.
private final class ReadPage: NSObject, XMLParserDelegate {
    struct Element: Equatable {
        var name: String
        var look: String?
        var text = ""
    }

    let source: String
    private(set) var elements: [Element] = []
    private(set) var text = ""
    private var open: [Int] = []

    init(_ source: String) throws {
        self.source = source
        super.init()
        let parser = XMLParser(data: Data(source.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw Farmyard.Trouble(
                "the page is not well-formed: \(parser.parserError.map { "\($0)" } ?? "?")")
        }
    }

    func parser(
        _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
        attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, look: attributes["class"]))
    }

    func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
        open.removeLast()
        text += "\n"
    }

    func parser(_: XMLParser, foundCharacters characters: String) {
        for index in open { elements[index].text += characters }
        // What is bold goes on in its sentence.
        if text.hasSuffix("\n"), characters.hasPrefix(" ") { text.removeLast() }
        text += characters
    }

    func count(_ name: String, _ look: String?) -> Int {
        elements.count { $0.name == name && (look == nil || $0.look == look) }
    }

    func texts(of name: String) -> [String] { elements.filter { $0.name == name }.map(\.text) }
}
