import Foundation
import MultiEngine
import Testing

/// What docs/multiengine.md shows of Swift does what the page says.
@Suite struct MultiEngineSnippetTests {
    @Test(.timeLimit(.minutes(2))) func `the page's Swift code works on four engines`() async throws {
        let shell = try Shell()
        let start = Step(
            place: "here", command: "tasks cluster start -n 4 --slots 1", exitCode: 0, output: nil)
        try #require(try shell.run([start]).allSatisfy { $0.exitCode == 0 })
        let profile = shell.directory.appendingPathComponent("home/default").path
        let mec = try await MultiEngineSnippets.session(profile: profile)
        let (a, sum, roots) = try await MultiEngineSnippets.values(mec)
        #expect(a == [3, 1.5, 3, 1.5] && sum == 499_500 && roots == [1, 2, 3])
        #expect(try await MultiEngineSnippets.pending(mec) == [1, 1, 1, 1])
        let said = try await MultiEngineSnippets.failures(mec)
        #expect(said.count == 3 && said[2] == "-0.6666666666666666")
        #expect(said[0].hasPrefix("[0:execute]: ZeroDivisionError") && said[1].hasPrefix("[2:"), "\(said)")
        await mec.close()
    }
}
