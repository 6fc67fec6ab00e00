import Foundation
import Testing

extension Farmyard {
    /// The checkout's `examples/compression-sweep`, copied to where commands are typed.
    func copyCompressionSweep() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let source = root.appendingPathComponent("examples/compression-sweep")
        let folder = "\(directory)/examples/compression-sweep"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name != "out" {
            try FileManager.default.copyItem(
                atPath: source.appendingPathComponent(name).path, toPath: "\(folder)/\(name)")
        }
        return "examples/compression-sweep/batch.yaml"
    }

    /// Whether the sweep's table is there, whole.
    var hasCompressionTable: Bool {
        let report = read("examples/compression-sweep/out/latest/report.txt") ?? ""
        return ["gzip", "bzip2", "xz", "zstd"].allSatisfy { report.contains($0) }
    }

    /// Engines that are attached, by name.
    func attachedEngines() throws -> [String] {
        try tasks("engine", "list", "-o", "json").objects().filter { $0["state"] as? String == "attached" }
            .compactMap { $0["name"] as? String }.sorted()
    }

    /// When the first engine leaves by itself; nil if it does not.
    func endOfTime() throws -> Date? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions.insert(.withFractionalSeconds)
        return try (engines().first?["until"] as? String).flatMap { formatter.date(from: $0) }
    }

    /// What the keeper's launcher keeps: state and why, by name.
    func units() throws -> [String: (state: String, why: String)] {
        let status = try tasks("cluster", "status", "-o", "json").objects().first ?? [:]
        let units = status["units"] as? [[String: Any]] ?? []
        return Dictionary(
            units.map {
                ($0["name"] as? String ?? "", ($0["state"] as? String ?? "", $0["why"] as? String ?? ""))
            }
        ) { $1 }
    }
}
