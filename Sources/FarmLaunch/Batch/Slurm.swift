import FarmProcess
import Glibc

/// Slurm: `sbatch`, `squeue`, `scancel`.
struct Slurm: BatchSystem {
    let title = "Slurm"

    /// One process a node, which starts the engines there. `srun` does not take over what the job has said of
    /// CPUs a task. Slurm's own requeueing would start engines that nobody asks for any more.
    let template = """
        #!/bin/sh
        #SBATCH --job-name={name}
        #SBATCH --nodes={nodes}
        #SBATCH --ntasks-per-node=1
        #SBATCH --cpus-per-task={cpus}
        #SBATCH --output={log}
        #SBATCH --no-requeue
        export SRUN_CPUS_PER_TASK="${SLURM_CPUS_PER_TASK:-1}"
        exec srun --kill-on-bad-exit=0 --wait=0 {engine}

        """

    func submission(_ script: String, _ options: [String]) -> [String] {
        ["sbatch", "--parsable"] + options + [script]
    }

    /// `12` or, with several clusters, `12;name`.
    func number(in answer: String) -> String? {
        let first = answer.split(whereSeparator: \.isNewline).last?.split(separator: ";").first
        return first.flatMap { $0.allSatisfy(\.isNumber) && !$0.isEmpty ? String($0) : nil }
    }

    func question(_ job: String) -> [String] {
        ["squeue", "--noheader", "--states=all", "--jobs=\(job)", "--format=%T|%r"]
    }

    func state(of job: String, in answer: Tool.Answer) -> BatchState? {
        // What has ended some minutes ago is known to nobody any more.
        if answer.errors.contains("Invalid job id") { return .ended("") }
        guard answer.code == 0 else { return nil }
        let parts = answer.output.split(whereSeparator: \.isNewline).first?.split(
            separator: "|", omittingEmptySubsequences: false)
        guard let parts, parts.count == 2 else { return answer.output.isEmpty ? .ended("") : nil }
        let reason = parts[1] == "None" || parts[1].isEmpty ? "" : ": \(parts[1])"
        switch parts[0] {
        case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT":
            return .pending("\(parts[0])\(reason)")
        case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "RESIZING", "STAGE_OUT":
            return .running
        case "COMPLETED": return .ended("")
        default: return .ended("\(parts[0])\(reason)")
        }
    }

    func release(_ job: String) -> [String] { ["scancel", job] }
}

/// The Slurm allocation that this process is in.
struct SlurmAllocation {
    var id: String
    var nodes: Int

    static var ofEnvironment: SlurmAllocation? {
        guard let id = variable("SLURM_JOB_ID") else { return nil }
        let nodes = variable("SLURM_JOB_NUM_NODES") ?? variable("SLURM_NNODES")
        return SlurmAllocation(id: id, nodes: nodes.flatMap { Int($0) } ?? 1)
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}

/// A step of an allocation, by the name that its srun was given. Slurm lets it go on when srun is killed.
struct SlurmStep: Sendable {
    var job: String
    var name: String

    /// Ends it, if it is still there. What Slurm does not answer now it ends with the allocation.
    func cancel() {
        let question = ["squeue", "--noheader", "--steps", "--jobs=\(job)", "--format=%i|%j"]
        guard let answer = try? Tool.run(question, seconds: 20) else { return }
        for id in ids(in: answer.output) { _ = try? Tool.run(["scancel", id], seconds: 20) }
    }

    /// Those of this name, from squeue's answer.
    func ids(in answer: String) -> [String] {
        answer.split(whereSeparator: \.isNewline).compactMap { line in
            let parts = line.split(separator: "|")
            return parts.count == 2 && parts[1] == name ? String(parts[0]) : nil
        }
    }
}
