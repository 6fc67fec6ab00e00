import FarmProcess
import FarmTemplate
import FarmTransport
import Foundation
import Glibc

/// When the allocation of a batch system ends that this process is in, as that system says.
public enum AllocationEnd {
    /// Asks Slurm or PBS, whichever has started this process; nil if none has, or it does not know. Takes a
    /// few milliseconds, in an allocation of a Slurm that says nothing in the environment as long as `squeue`
    /// does, but not more than ten seconds.
    public static func find() -> EndOfTime? {
        find(now: FarmClock().now, variable: { getenv($0).map { String(cString: $0) } }) { command in
            try? ShortCommand.run(command, seconds: 10)?.output
        }
    }

    /// - Parameters:
    ///   - variable: a variable of the environment.
    ///   - ask: the output of a command; nil if there is no such command, or it has nothing to say.
    static func find(
        now: Instant, variable: (String) -> String?, ask: ([String]) -> String?
    ) -> EndOfTime? {
        if let job = variable("SLURM_JOB_ID") {
            if let end = variable("SLURM_JOB_END_TIME"), let seconds = Int64(end), seconds > 0 {
                return .at(Instant(nanoseconds: .seconds(seconds)))
            }
            // What is left, rather than when it ends: that would be in some time zone.
            return ask(["squeue", "-h", "-j", job, "-o", "%L"]).flatMap { slurm($0, now) }
        }
        guard let job = variable("PBS_JOBID") else { return nil }
        if let end = ask(["qstat", "-f", job]).flatMap({ pbs($0, now) }) { return end }
        return variable("PBS_WALLTIME").flatMap(TimeText.nanoseconds).map { .at(now + $0) }
    }

    /// `1-02:03:04`, `2:03:04`, `3:04`: what is left; `UNLIMITED`; anything else says nothing.
    static func slurm(_ answer: String, _ now: Instant) -> EndOfTime? {
        let text = answer.trimmingCharacters(in: .whitespacesAndNewlines)
        if text == "UNLIMITED" { return .never }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let clock =
            parts.last?.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) } ?? []
        guard (1...2).contains(parts.count), (2...3).contains(clock.count), !clock.contains(nil),
            let days = parts.count == 2 ? Int64(parts[0]) : 0, (0...36_500).contains(days)
        else { return nil }
        let seconds = clock.compactMap { $0 }.reduce(0) { $0 * 60 + $1 }
        return .at(now + .seconds(days * 86_400 + seconds))
    }

    /// What `qstat -f` says of a job: of how much time it has used how much, or what remains.
    static func pbs(_ answer: String, _ now: Instant) -> EndOfTime? {
        var values: [String: String] = [:]
        for line in answer.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        if let left = values["Walltime.Remaining"].flatMap(TimeText.nanoseconds) { return .at(now + left) }
        guard let all = values["Resource_List.walltime"].flatMap(TimeText.nanoseconds) else { return nil }
        let used = values["resources_used.walltime"].flatMap(TimeText.nanoseconds) ?? 0
        return .at(now + max(0, all - used))
    }
}
