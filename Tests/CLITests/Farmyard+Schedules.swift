import Foundation

/// What tests of schedules do: their file is `heat.yaml`.
extension Farmyard {
    func schedule(
        _ schedule: String, _ tasks: String = "{night: {run: \"echo x >> ran\"}}", more: String = ""
    ) throws {
        try write("heat.yaml", "name: heat\nschedule: {\(schedule)}\n\(more)\ntasks: \(tasks)\n")
    }

    func history(_ name: String = "heat") throws -> [[String: Any]] {
        try tasks("schedule", "history", name, "-o", "json").objects()
    }

    func awaitRows(_ what: String, _ condition: ([[String: Any]]) -> Bool) throws {
        try eventually(what) { condition(try history()) }
    }

    /// Of the parents' children those that have ended and that nobody has waited for.
    func zombies(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let end = stat.lastIndex(of: ")")
            else { return false }
            let fields = stat[end...].split(separator: " ")
            return fields.count > 2 && fields[1] == "Z" && fields[2] == "\(parent)"
        }
    }
}
