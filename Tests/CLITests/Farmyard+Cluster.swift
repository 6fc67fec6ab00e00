import Foundation
import Glibc
import Testing

/// What tests of restarts do to a cluster.
extension Farmyard {
    /// The cluster's controller, if one runs.
    var controller: Int32? { processes(" controller --profile ").first }
    var keepers: [Int32] { processes("cluster", "keep") }
    var nannies: [Int32] { processes(" engine start ") }
    var workers: [Int32] { processes("--run-as-farm-worker") }

    /// `kill -9`, and waits until they are gone.
    func killAndWait(_ pids: [Int32]) throws {
        for pid in pids { kill(pid, SIGKILL) }
        try eventually("\(pids) are gone") { Set(pids).isDisjoint(with: processes()) }
    }

    /// Kills the controller, which the cluster's keeper starts again.
    func killController() throws {
        try eventually("a controller runs") { controller != nil }
        try killAndWait([controller ?? 0].filter { $0 > 0 })
    }

    /// Kills the controller, and nobody starts it again.
    func killControllerForGood() throws {
        try killAndWait(keepers)
        try killController()
    }

    /// Kills all that there is of the cluster at once; what its tasks had started lives on for a moment.
    func killEverything() throws {
        // Whoever starts others again may just have done so.
        try eventually("all is gone") {
            let pids = processes()
            for pid in pids { kill(pid, SIGKILL) }
            return pids.isEmpty
        }
    }

    /// Waits until a controller answers.
    func awaitController() throws {
        try eventually("a controller answers") { try tasks("status").code == 0 }
    }

    /// A line of the shell that notes that it has begun, in a file of its own, and ends when `go` is there.
    func hold(_ name: String, go: String = "go") -> String {
        "echo $$ >> \(name).starts; while ! test -e \(go); do sleep 0.02; done; echo x >> \(name).ends"
    }

    /// Lines of the file.
    func lines(_ name: String) -> Int { read(name)?.split(separator: "\n").count ?? 0 }

    func awaitStart(_ names: String...) throws {
        for name in names { try eventually("\(name) has begun") { lines("\(name).starts") > 0 } }
    }

    /// The rows of `tasks results`, by their tasks' names or ids.
    func results(_ job: String, key: String = "name") throws -> [String: [String: Any]] {
        let rows = try tasks("results", "-o", "json", job).objects()
        return Dictionary(rows.map { ($0[key] as? String ?? "", $0) }) { $1 }
    }

    /// The row of `tasks list` for the job.
    func job(_ id: Int) throws -> [String: Any] {
        try tasks("list", "-o", "json").objects().first { $0["job"] as? Int == id || $0["id"] as? Int == id }
            ?? [:]
    }

    /// When the process began, in ticks since boot: with it a pid names one process.
    func startTime(_ pid: Int32) -> String? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }
}
