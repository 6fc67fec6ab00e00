import Foundation
import Testing

/// The repository against the house rules. A failure lists what breaks the rule, a line a finding.
@Suite struct TidyTests {
    private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        guard !findings.isEmpty else { return }
        let shown = findings.prefix(100).map(\.description)
        let rest = findings.count > shown.count ? ["and \(findings.count - shown.count) more"] : []
        Issue.record("\((shown + rest).joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    @Test func `each target imports only what its layer may`() throws {
        let files = try Repository.swiftSources(in: "Sources")
        #expect(!files.isEmpty, "no Swift sources found under \(Repository.root.path)")
        expectNone(files.flatMap { ImportCheck.check($0) })
    }

    @Test(.timeLimit(.minutes(2)))
    func `Package.swift declares what the layers allow, and tasks never reaches MPI`() throws {
        let manifest = try Repository.manifest()
        expectNone(ManifestCheck.dependencies(of: manifest))
        #expect(manifest.targets.contains { $0.name == "tasks" })
        expectNone(ManifestCheck.reach(of: "tasks", neverTo: ["FarmMPI", "COpenMPI"], in: manifest))
    }

    @Test func `no source file is too long`() throws {
        expectNone(try Repository.swiftSources(in: "Sources").flatMap { StyleCheck.length(of: $0) })
    }

    @Test func `Swift files have no tabs, trailing space or long lines`() throws {
        let files = try Repository.swiftSources(
            in: "Package.swift", "Sources", "Tests", "Benchmarks", "examples")
        expectNone(files.flatMap(StyleCheck.layout))
    }

    @Test func `sources hold nothing unfinished and no forced try or cast`() throws {
        expectNone(try Repository.swiftSources(in: "Sources").flatMap(StyleCheck.unfinished))
    }

    @Test func `there are no top-level folders beyond the known ones`() throws {
        expectNone(TreeCheck.topFolders(of: try Repository.files()))
    }

    @Test func `nothing that the build makes is committed`() throws {
        expectNone(TreeCheck.buildProducts(among: try Repository.committedFiles()))
    }

    @Test func `each decision record has its three headings`() throws {
        let records = try Repository.texts { $0.hasPrefix("docs/decisions/") && $0.hasSuffix(".md") }
        expectNone(records.flatMap(TreeCheck.decisions))
    }
}
