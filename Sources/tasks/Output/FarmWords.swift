import FarmTemplate
import TaskFarm

extension FarmStatus {
    /// `3 busy`, `3 busy, 1 quarantined`.
    var engineWords: String {
        "\(runningCount) busy"
            + (quarantinedCount > 0 ? ", \(counted(quarantinedCount, "engine")) quarantined" : "")
    }

    /// `limits:  3 of 4 license, 0 of 1 tape in use`, with its end of line; nothing if there are none.
    var limitLine: String {
        guard !limits.isEmpty else { return "" }
        return
            "limits:  \(limits.map { "\($0.used) of \($0.of) \($0.name)" }.joined(separator: ", ")) in use\n"
    }

    var limitsJSON: JSONValue {
        .object(
            limits.map {
                JSONMember(
                    $0.name, .object([JSONMember("used", .whole($0.used)), JSONMember("of", .whole($0.of))]))
            })
    }
}

extension FarmStatus.Launcher {
    /// `by need: slurm may start 63 engines more`; nil for one whose units say all.
    var words: String? {
        if let trouble { return "trouble: \(launcher): \(trouble)" }
        return spare > 0 ? "by need: \(launcher) may start \(counted(spare, "engine")) more" : nil
    }

    var json: JSONValue {
        .object([
            JSONMember("launcher", .string(launcher)), JSONMember("pending", .whole(pending)),
            JSONMember("spare", .whole(spare)),
            JSONMember("trouble", trouble.map { .string($0) } ?? .null),
        ])
    }
}

/// What `status` and `show` say of brakes.
enum BrakeWords {
    /// `solve: max-running 50 (50 sent); max-failures 5%: 3 failed of 5 allowed`.
    static func line(_ brake: BrakeStatus, of job: JobStatus) -> String {
        let group = brake.group.flatMap { $0 < job.groups.count ? job.groups[$0].name : nil }
        let whose = group.map { $0.isEmpty ? "tasks of group \(brake.group ?? 0)" : $0 } ?? "the job"
        var parts: [String] = []
        if brake.maxRunning > 0 {
            parts.append("max-running \(brake.maxRunning) (\(brake.runningCount) sent)")
        }
        if let limit = brake.maxFailures {
            let allowed = brake.allowedFailures.map { ", of \($0) allowed" } ?? ""
            parts.append("max-failures \(limit) (\(brake.failedCount) failed\(allowed))")
        }
        if brake.canary > 0 {
            let state =
                brake.succeededCount > 0 ? "passed" : "\(brake.failedCount) failed, none has succeeded"
            parts.append("canary \(brake.canary) (\(state))")
        }
        return "\(whose): \(parts.joined(separator: "; "))\(stop(brake).map { "; stopped: \($0)" } ?? "")"
    }

    private static func stop(_ brake: BrakeStatus) -> String? {
        switch brake.stopped {
        case nil: nil
        case "canary": "all of the \(brake.canary) tasks that went first failed, the others were not sent"
        case "max-failures":
            "\(brake.failedCount) of \(brake.taskCount) tasks failed and \(brake.allowedFailures ?? 0) were allowed,"
                + " the others were not sent"
        case let other?: other
        }
    }
}
