import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// The examples of docs/batch-files.md are run as they stand there.
@Suite struct DocumentationTests {
    private static func blocks(_ language: String) throws -> [(line: Int, text: String)] {
        var root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while root.pathComponents.count > 1,
            !FileManager.default.fileExists(atPath: root.appendingPathComponent("docs/batch-files.md").path)
        {
            root.deleteLastPathComponent()
        }
        let page = try String(contentsOf: root.appendingPathComponent("docs/batch-files.md"), encoding: .utf8)
        var found: [(line: Int, text: String)] = []
        var open: (line: Int, text: String)?
        for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```\(language)" {
                open = (number + 1, "")
            } else if line.hasPrefix("```"), let block = open {
                found.append(block)
                open = nil
            } else {
                open?.text += line + "\n"
            }
        }
        return found
    }

    @Test func `every YAML block of the page is a batch file that is accepted`() throws {
        let blocks = try Self.blocks("yaml")
        #expect(blocks.count >= 6)
        for block in blocks {
            do throws(BatchError) {
                let batch = try BatchReader.read(
                    bytes: Array(block.text.utf8), file: "batch-files.md+\(block.line)")
                #expect(batch.taskCount > 0)
            } catch { Issue.record("\(error)") }
        }
    }

    @Test func `every JSON Lines block of the page is accepted`() throws {
        for block in try Self.blocks("jsonl") {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent(
                "doc-\(UUID().uuidString)")
            try Data(block.text.utf8).write(to: url)
            defer { try? FileManager.default.removeItem(at: url) }
            let batch = try BatchReader.jsonLines(
                url.path, key: UniqueKey(high: 0, low: 0), surroundings: Surroundings(directory: "/"))
            while try batch.next() != nil {}
            #expect(batch.taskCount > 0)
        }
    }

    @Test func `the errors shown on the page are those that are given`() throws {
        let files = try Self.blocks("yaml-with-errors")
        let errors = try Self.blocks("errors")
        #expect(!files.isEmpty && files.count == errors.count)
        for (file, wanted) in zip(files, errors) {
            #expect(refusal(file.text).replacing("b.yaml", with: "batch.yaml") + "\n" == wanted.text)
        }
    }
}
