import Foundation
import Testing

/// A job whose tasks write down when they begin and end, each in a file of its own, and what is wrong with
/// what became of them.
struct ChaosJob {
    let file = "chaos.yaml"
    let tasks: Int
    /// How often a task may have begun at most.
    private let mostBeginnings: Int
    private let yard: Farmyard
    /// When the host's time since boot was zero.
    private let bootedAt: Double

    /// Most are short; some are long enough to be met by several deaths.
    private static let batch = """
        name: chaos
        defaults: {retry: {engine-lost: 100}}
        tasks:
          work:
            sweep: {range: {n: {from: 1, to: TASKS}}}
            env: {MARK: MARKER}
            run:
              - /bin/sh
              - -c
              - |
                n=$TASKS_PARAM_n; read up rest < /proc/uptime
                echo "begin $TASKS_ATTEMPT $up" >> side/$n
                case $n in *50) sleep 1;; *5) sleep 0.02;; esac
                echo "{\\"n\\": $n, \\"square\\": $((n * n))}" > $TASKS_RESULT_FILE
                read up rest < /proc/uptime
                echo "end $TASKS_ATTEMPT $up" >> side/$n
        """

    init(_ yard: Farmyard, tasks: Int, mostBeginnings: Int) throws {
        self.yard = yard
        self.tasks = tasks
        self.mostBeginnings = mostBeginnings
        try FileManager.default.createDirectory(
            atPath: "\(yard.directory)/side", withIntermediateDirectories: false)
        try yard.write(
            file,
            Self.batch.replacingOccurrences(of: "TASKS}", with: "\(tasks)}")
                .replacingOccurrences(of: "MARKER", with: yard.mark))
        bootedAt = try Self.bootTime()
    }

    /// The tasks' clock is that of `/proc/uptime`, which a shell reads without starting a program. It is cut
    /// to hundredths, so the smallest difference of several looks is the best.
    private static func bootTime() throws -> Double {
        var best = Double.infinity
        for _ in 0..<2_000 {
            let text = try String(contentsOfFile: "/proc/uptime", encoding: .utf8)
            let uptime = try #require(text.split(separator: " ").first.flatMap { Double($0) })
            best = min(best, Date().timeIntervalSince1970 - uptime)
        }
        return best
    }

    /// What is wrong with the rows of `tasks results -o json`, and with what the tasks have written.
    func problems(_ rows: [[String: Any]]) -> [String] {
        var problems: [String] = []
        if rows.count != tasks { problems.append("\(rows.count) rows for \(tasks) tasks") }
        var seen: Set<Int> = []
        for row in rows {
            let id = row["id"] as? String ?? "?"
            guard row["state"] as? String == "succeeded", let value = row["value"] as? [String: Int],
                let n = value["n"]
            else {
                problems.append("\(id) \(row["state"] ?? "?"): \(row["error"] ?? "")")
                continue
            }
            if !seen.insert(n).inserted { problems.append("\(id): a second row for \(n)") }
            if id != "1.\(n - 1)" || value["square"] != n * n { problems.append("\(id): value \(value)") }
            problems += history(n, row).map { "\(id): \($0)" }
        }
        return problems
    }

    /// What its file says against the row.
    private func history(_ n: Int, _ row: [String: Any]) -> [String] {
        guard let text = yard.read("side/\(n)"), let attempt = row["attempt"] as? Int,
            let ended = (row["ended"] as? String).flatMap(Self.moment)
        else { return ["no file, attempt or end"] }
        var problems: [String] = []
        var hasEnd = false
        var beginnings = 0
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 3, let number = Int(parts[1]), let uptime = Double(parts[2]) else {
                problems.append("line “\(line)”")
                continue
            }
            if parts[0] == "end", number == attempt { hasEnd = true }
            if parts[0] == "begin" { beginnings += 1 }
            // Both are cut off, one to hundredths of a second, the other to thousandths.
            if parts[0] == "begin", bootedAt + uptime > ended + 0.02 {
                problems.append(
                    "attempt \(number) began \(bootedAt + uptime - ended) s after attempt \(attempt) had ended"
                )
            }
        }
        if !hasEnd { problems.append("attempt \(attempt) counts, and has not come to its end: \(text)") }
        if beginnings > mostBeginnings { problems.append("it has begun \(beginnings) times: \(text)") }
        return problems
    }

    private static func moment(_ text: String) -> Double? {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let fraction = Double("0.\(parts[1].dropLast())") else { return nil }
        return ISO8601DateFormatter().date(from: "\(parts[0])Z").map { $0.timeIntervalSince1970 + fraction }
    }
}
