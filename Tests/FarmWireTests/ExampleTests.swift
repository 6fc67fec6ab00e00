import FarmWire
import Foundation
import Testing

/// The worked example of docs/protocol.md is what this code writes, and this code reads it.
struct ExampleTests {
    @Test func `the documented conversation is what the encoders write`() throws {
        let document = try String(contentsOf: Self.document, encoding: .utf8)
        let written = Self.block(in: document).joined(separator: "\n")
        let expected = WorkedExample.frames.map(\.listing).joined(separator: "\n\n")
        #expect(
            written == expected,
            "put this between the marks of the example in docs/protocol.md:\n\n```hex\n\(expected)\n```\n")
    }

    @Test func `a reader of the documented bytes gets the documented values`() throws {
        let document = try String(contentsOf: Self.document, encoding: .utf8)
        let lines = Self.block(in: document)
        let frames = lines.split(separator: "").map { paragraph in
            paragraph.filter { !$0.hasPrefix("#") }.flatMap { line in
                line.split(separator: " ").compactMap { UInt8($0, radix: 16) }
            }
        }
        #expect(frames.count == WorkedExample.frames.count)
        for (bytes, frame) in zip(frames, WorkedExample.frames) {
            let header = try bytes.withUnsafeBytes { try FrameHeader(decoding: $0) }
            #expect(header == frame.header)
            #expect(bytes.dropFirst(FrameHeader.size).elementsEqual(frame.body))
        }
        let hello = try HelloMessage(decoding: [UInt8](frames[0].dropFirst(FrameHeader.size)))
        #expect(hello == HelloMessage(client: WorkedExample.client, grant: []))
        let part = try SubmitMessage(decoding: [UInt8](frames[2].dropFirst(FrameHeader.size)))
        #expect(part.header?.name == "heat")
        #expect(part.groups.map(\.count) == [3])
    }

    private static var document: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "docs/protocol.md")
    }

    /// The lines of the first fenced block marked `hex`.
    private static func block(in document: String) -> [String] {
        let lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(of: "```hex") else { return [] }
        return [String](lines[(start + 1)...].prefix { $0 != "```" })
    }
}
