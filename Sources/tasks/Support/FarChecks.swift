import FarmLaunch
import FarmTransport
import TaskFarm

/// What `tasks doctor --from HOST` looks at: what engines or clients on that host will meet.
enum FarChecks {
    /// Clocks that are further apart make times of tasks hard to read.
    private static let clockSeconds = 1.0
    private static let samples = 5

    static func all(_ host: String, _ profile: ProfileDirectory) -> [Finding] {
        let talk: FarTalk
        do throws(LaunchError) {
            talk = try FarTalk(
                to: host, ssh: FarmOptions.ssh, program: FarmOptions.variable("TASKS_VIA_PROGRAM") ?? "",
                here: OwnProgram.file)
        } catch {
            return [
                Finding(
                    "host", .bad, error.message,
                    "try `ssh -o BatchMode=yes \(host) true`, and `ssh \(host) tasks --version`")
            ]
        }
        do throws(LaunchError) {
            return [version(talk.greeting), try clock(talk)] + (try addresses(talk, profile))
        } catch {
            return [Finding("host", .bad, error.message)]
        }
    }

    private static func version(_ greeting: String) -> Finding {
        greeting.hasPrefix("tasks \(Version.text) ")
            ? Finding("tasks there", .good, greeting)
            : Finding(
                "tasks there", .bad, "\(greeting); here it is \(Version.text)",
                "install the same version there, or name it with $TASKS_VIA_PROGRAM or program: in launchers.yaml"
            )
    }

    /// By the question whose answer took least.
    private static func clock(_ talk: FarTalk) throws(LaunchError) -> Finding {
        var best: (trip: Int64, difference: Int64)?
        for _ in 0..<samples {
            let before = FarEnd.clock()
            let answer = try talk.ask("time")
            let after = FarEnd.clock()
            guard let there = Int64(answer) else { continue }
            let difference = there - (before + (after - before) / 2)
            if after - before < best?.trip ?? .max { best = (after - before, difference) }
        }
        guard let best else { return Finding("clock", .bad, "it does not tell its time") }
        let milliseconds = { (nanoseconds: Int64) in
            Moment.seconds(Double(nanoseconds) / 1e6, decimals: 1)
        }
        let words =
            "\(milliseconds(abs(best.difference))) ms \(best.difference < 0 ? "behind" : "ahead of") ours, give or take "
            + "\(milliseconds(best.trip / 2)) ms"
        return Double(abs(best.difference)) / 1e9 > clockSeconds
            ? Finding("clock", .bad, words, "set it by NTP: times of tasks there are by that clock")
            : Finding("clock", .good, words)
    }

    /// One address that can be reached is enough: peers try all.
    private static func addresses(
        _ talk: FarTalk, _ profile: ProfileDirectory
    ) throws(LaunchError) -> [Finding] {
        var findings: [Finding] = []
        for (role, what) in [(Role.engine, "engines"), (.taskClient, "clients")] {
            guard let file = try? Capability.load(path: profile.capabilityPath(role)) else {
                findings.append(
                    Finding(
                        "for \(what)", .bad, "no capability file here yet", "`tasks cluster start` makes it"))
                continue
            }
            let tcp = file.endpoints.filter { $0.hasPrefix("tcp://") }
            guard !tcp.isEmpty else {
                findings.append(
                    Finding(
                        "for \(what)", .bad, "the controller serves its own machine only",
                        "start it with --listen ADDRESS, or --listen '*'"))
                continue
            }
            var answers: [(endpoint: String, answer: String)] = []
            for endpoint in tcp { answers.append((endpoint, try talk.ask("reach \(endpoint)"))) }
            let isReached = answers.contains { $0.answer.hasPrefix("ok ") }
            for (endpoint, answer) in answers {
                let words = answer.dropFirst(3)
                findings.append(
                    answer.hasPrefix("ok ")
                        ? Finding("for \(what)", .good, "\(endpoint) answers in \(words) ms")
                        : Finding(
                            "for \(what)", isReached ? .note : .bad, "\(endpoint): \(words)",
                            isReached
                                ? "another address does; --advertise leaves this one out"
                                : "is the controller running? does a firewall let the port through (--engine-port, --client-port)?"
                                    + " is it an address that the host knows (--advertise)?"))
            }
        }
        return findings
    }
}
