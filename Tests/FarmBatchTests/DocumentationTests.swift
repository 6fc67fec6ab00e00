import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// The examples of docs/batch-files.md are run as they stand there.
@Suite struct DocumentationTests {
    @Test func `every YAML block of the page is a batch file that is accepted`() throws {
        let blocks = try Pages.blocks("yaml")
        #expect(blocks.count >= 6)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "doc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in try Pages.files() {
            try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
        for block in blocks {
            do throws(BatchError) {
                let batch = try BatchReader.read(
                    bytes: Array(block.text.utf8),
                    file: directory.appendingPathComponent("batch-files.md+\(block.line)").path)
                #expect(batch.taskCount > 0)
            } catch { Issue.record("\(error)") }
        }
    }

    @Test func `every JSON Lines block of the page is accepted`() throws {
        for block in try Pages.blocks("jsonl") {
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
        let files = try Pages.blocks("yaml-with-errors")
        let errors = try Pages.blocks("errors")
        #expect(!files.isEmpty && files.count == errors.count)
        for (file, wanted) in zip(files, errors) {
            #expect(refusal(file.text).replacing("b.yaml", with: "batch.yaml") + "\n" == wanted.text)
        }
    }
}
