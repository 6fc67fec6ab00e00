import FarmProcess
import Foundation

/// PBS, OpenPBS, Torque and what looks like them: `qsub`, `qstat`, `qdel`.
struct PBS: BatchSystem {
    let title = "PBS"

    /// One process a node, which starts the engines there; on the nodes beside the first by `pbsdsh`, which
    /// starts one for each that `mpiprocs` names.
    let template = """
        #!/bin/sh
        #PBS -N {name}
        #PBS -l select={nodes}:ncpus={cpus}:mpiprocs=1
        #PBS -j oe
        #PBS -o {log}
        cd "${PBS_O_WORKDIR:-.}"
        if [ {nodes} -gt 1 ]; then exec pbsdsh -- {engine}; fi
        exec {engine}

        """

    func submission(_ script: String, _ options: [String]) -> [String] { ["qsub"] + options + [script] }

    /// `12.server`, or `12` alone.
    func number(in answer: String) -> String? {
        let line = answer.split(whereSeparator: \.isNewline).last?.split(separator: " ").last
        return line.flatMap { $0.first?.isNumber == true ? String($0) : nil }
    }

    func question(_ job: String) -> [String] { ["qstat", "-f", job] }

    func state(of job: String, in answer: Tool.Answer) -> BatchState? {
        var state = ""
        var comment = ""
        var found = false
        for line in answer.output.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if line.contains("Job Id:") { found = true }
            guard parts.count == 2 else { continue }
            if parts[0] == "job_state" { state = parts[1] }
            if parts[0] == "comment" { comment = parts[1] }
        }
        if !found {
            // 153 and 35: unknown, or finished and no longer told of.
            let isGone = answer.code == 153 || answer.code == 35 || answer.errors.contains("Unknown Job")
            return isGone ? .ended("") : nil
        }
        let reason = comment.isEmpty ? "" : ": \(comment)"
        switch state {
        case "Q", "H", "W", "T", "M":
            let words = [
                "Q": "queued", "H": "held", "W": "waiting for its time", "T": "moving", "M": "moved",
            ]
            return .pending("\(words[state] ?? state)\(reason)")
        case "R", "E", "S", "B", "U": return .running
        case "C", "F", "X": return .ended("")
        default: return nil
        }
    }

    func release(_ job: String) -> [String] { ["qdel", job] }
}
