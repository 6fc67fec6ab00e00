import Foundation
import Testing

/// Examples that are scripts, run as they are.
@Suite(.serialized) struct ExampleTests {
    @Test(.timeLimit(.minutes(2))) func `word-count counts the words of a text`() throws {
        let path = NSTemporaryDirectory() + "words-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = (1...30).map { "Farm farm task \($0 % 3 == 0 ? "engine" : "slot")." }.joined(
            separator: "\n\n")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let (code, said) = try ExampleRun.run("word-count/run.sh", [path])
        #expect(code == 0 && said.contains("60 farm\n30 task\n20 slot\n10 engine\n"), "\(said)")
    }

    @Test(.timeLimit(.minutes(2))) func `pi-digits finds the digits of pi, evenly spread`() throws {
        let (code, said) = try ExampleRun.run("pi-digits/run.sh", ["1000"])
        // Of the first thousand behind the point, as in every table of them.
        let counts = [93, 116, 103, 102, 93, 97, 94, 95, 101, 106]
        let lines = counts.enumerated().map { "\($0.offset): \($0.element)\n" }.joined()
        #expect(code == 0 && said.contains(lines), "\(said)")
        #expect(said.contains("1000 digits, chi squared 4.74: evenly spread"), "\(said)")
    }

    @Test(.timeLimit(.minutes(2))) func `the session with engines goes on after its mistake`() throws {
        let (code, said) = try ExampleRun.run("interactive/session.sh")
        #expect(code == 0, "\(said)")
        #expect(said.contains("ZeroDivisionError") && said.contains("exit code 1"), "\(said)")
        #expect(said.contains("pi is about 3.14") || said.contains("pi is about 3.15"), "\(said)")
    }
}
