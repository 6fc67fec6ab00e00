import Foundation
import Glibc
import Testing

@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: SlurmCluster.isInstalled, Comment(rawValue: SlurmCluster.missing)))
struct SlurmLauncherTests {
    let yard: Farmyard
    let slurm: SlurmCluster

    init() throws {
        yard = try Farmyard()
        slurm = try SlurmCluster(yard)
    }

    @Test(arguments: ["slurm", "pbs"])
    func `an allocation does the compression sweep to its end, and is given back`(_ launcher: String) throws {
        let file = try yard.copyCompressionSweep()
        let start = try slurm.ok("cluster", "start", "--launcher", launcher, "--slots", "4")
        #expect(start.output.contains("waiting: \(launcher)-0 (1 engine): "), "\(start.output)")
        let done = try slurm.tasks("submit", "--wait", file, seconds: 240)
        #expect(done.code == 0, "\(done.errors)")
        #expect(yard.hasCompressionTable)
        #expect(try yard.attachedEngines() == ["\(launcher)-1-0"])
        #expect(try yard.units()["\(launcher)-0"]?.state == "running")
        try slurm.ok("cluster", "stop")
        try yard.eventually("the job is over") { try slurm.jobs().isEmpty }
        try yard.eventually("nothing is left") { yard.processes("tasks", "engine").isEmpty }
    }

    @Test func `an allocation that waits says for what, and is cancelled when the cluster is stopped`() throws
    {
        // All CPUs are another's.
        _ = try slurm.ask("sbatch", "--exclusive", "--wrap", "sleep 600", "-o", "/dev/null")
        try yard.eventually("the other job runs") {
            try slurm.ask("squeue", "-h", "-o", "%T").output == "RUNNING\n"
        }
        try slurm.ok(
            "cluster", "start", "--launcher", "slurm", "--slots", "2", "-n", "2", "--", "-t", "00:30:00")
        try yard.eventually("the reason is known") {
            let unit = try yard.units()["slurm-0"]
            return unit?.state == "pending"
                && ["Resources", "Priority"].contains { unit?.why.hasSuffix("PENDING: \($0)") == true }
        }
        let status = try yard.tasks("cluster", "status")
        #expect(
            status.output.contains("pending: slurm-0 (2 engines): Slurm job 2: PENDING: "), "\(status.output)"
        )
        #expect(try slurm.ask("squeue", "-h", "-j", "2", "-o", "%l").output == "30:00\n")
        try slurm.ok("cluster", "stop", "--now")
        try yard.eventually("the job is cancelled") { try slurm.jobs() == ["1"] }
        _ = try slurm.ask("scancel", "1")
    }

    @Test func `an allocation whose keeper was killed is given back by stop`() throws {
        _ = try slurm.ask("sbatch", "--exclusive", "--wrap", "sleep 600", "-o", "/dev/null")
        try slurm.ok("cluster", "start", "--launcher", "slurm")
        try yard.killAndWait(yard.keepers)
        #expect(try slurm.jobs().count == 2)
        try slurm.ok("cluster", "stop")
        try yard.eventually("it is given back") { try slurm.jobs() == ["1"] }
        _ = try slurm.ask("scancel", "1")
    }

    @Test func `engines of an allocation know when it ends, and begin nothing that would not end before`()
        throws
    {
        try slurm.ok("cluster", "start", "--launcher", "slurm", "--slots", "2", "--", "-t", "00:02:00")
        try yard.eventually("an engine is there") { try yard.attachedEngines().count == 1 }
        let until = try #require(try yard.endOfTime())
        #expect((1...110).contains(until.timeIntervalSinceNow), "\(until)")
        try slurm.ok("submit", "--estimate", "10m", "--", "true")
        let why = try slurm.ok("why", "1.0").output
        #expect(why.contains(" left, and a task of 10m is begun only with 10m 52"), "\(why)")
        try slurm.ok("submit", "--wait", "--estimate", "1s", "--", "true")
        try slurm.ok("cluster", "stop", "--now")
        try yard.eventually("the job is over") { try slurm.jobs().isEmpty }
    }

    @Test func `the end of an allocation's time is said, and the controller is kept`() throws {
        try slurm.ok("cluster", "start", "--launcher", "slurm")
        try yard.eventually("an engine is there") { try yard.attachedEngines().count == 1 }
        _ = try slurm.ask("scancel", "1")
        try yard.eventually("it is known") { try yard.units()["slurm-0"]?.state == "failed" }
        #expect(try yard.units()["slurm-0"]?.why.contains("Slurm job 1 has ended: CANCELLED") == true)
        try yard.killController()
        try yard.awaitController()
        try slurm.ok("cluster", "stop")
        #expect(yard.processes("cluster", "keep").isEmpty)
    }

    @Test func `a refused allocation, a bad option and a batch system that is down are said`() throws {
        let refused = try slurm.tasks("cluster", "start", "--launcher", "slurm", "--", "-p", "nosuch")
        #expect(refused.code == 2)
        #expect(
            refused.errors.contains("Slurm has refused the allocation: ")
                && refused.errors.contains("nosuch"),
            "\(refused.errors)")
        let pbs = try slurm.tasks("cluster", "start", "--launcher", "pbs", "--", "-q", "nosuch")
        #expect(pbs.code == 2 && pbs.errors.contains("PBS has refused the allocation: "), "\(pbs.errors)")
        try slurm.stopController()
        let down = try slurm.tasks("cluster", "start", "--launcher", "slurm")
        #expect(
            down.code == 2 && down.errors.contains("Unable to contact slurm controller"), "\(down.errors)")
        #expect(yard.processes("tasks").isEmpty)
    }

    @Test func `a run in an allocation uses its nodes by srun`() throws {
        let file = try yard.copyCompressionSweep()
        let outside = try slurm.tasks("run", "--launcher", "srun", "--", "true")
        #expect(outside.code == 2 && outside.errors.contains("SLURM_JOB_ID is not set"), "\(outside.errors)")
        let script =
            "\(Farmyard.binary) run \(file) --launcher srun --slots 4 > run.out 2>&1; echo $? > run.code"
        _ = try slurm.ask("sbatch", "--cpus-per-task=4", "--overcommit", "--wrap", script, "-o", "/dev/null")
        try yard.eventually("it has ended", seconds: 240) { yard.read("run.code")?.isEmpty == false }
        #expect(yard.read("run.code") == "0\n", "\(yard.read("run.out") ?? "")")
        #expect(yard.hasCompressionTable)
        try yard.eventually("nothing is left") { try slurm.jobs().isEmpty }
    }

    @Test
    func `a held allocation is named by why, and keeps a task that wants its tag from being impossible`()
        throws
    {
        try slurm.ok(
            "cluster", "start", "--launcher", "slurm", "--engine-tags", "big", "--", "--hold")
        defer { _ = try? slurm.tasks("cluster", "stop", "--now") }
        let other = try yard.start(
            ["engine", "start", "--name", "other", "--tags", "big", "--slots", "1"])
        try yard.eventually("it is there") { try yard.attachedEngines() == ["other"] }
        try yard.ok("submit", "--target", "big", "--", "sleep", "600")
        try yard.ok("submit", "--target", "big", "--", "true")
        try yard.eventually("the first runs") { try yard.job(1)["running"] as? Int == 1 }
        // Both would be impossible when that engine has left, but for the one that is pending.
        try yard.ok("engine", "stop", "other")
        _ = try other.wait()
        try yard.eventually("why says it") {
            let why = try yard.tasks("why", "2.0").output
            return why.contains("the launcher slurm has 1 engine pending (slurm-0: Slurm job 1: PENDING: ")
                && why.contains("JobHeldUser")
        }
        #expect(try yard.tasks("status").output.contains("pending: slurm has asked for 1 engine\n"))
        try yard.ok("cancel", "1")
        _ = try slurm.ask("scontrol", "release", "1")
        try yard.ok("wait", "2")
        try yard.eventually("nothing is pending any more") {
            let status = try yard.tasks("cluster", "status", "-o", "json").objects().first
            return (status?["launchers"] as? [Any])?.isEmpty == true
        }
    }

    @Test func `engines by need: an allocation comes for work and is given back when there is none`() throws {
        try slurm.ok(
            "cluster", "autoscale", "--launcher", "slurm", "--max", "2", "--slots", "2", "--idle", "2s",
            "--backlog", "5s", "--", "-t", "00:30:00")
        #expect(try slurm.jobs().isEmpty)
        let work = try yard.start(
            ["submit", "--wait", "--each-line", "--", "sleep", "3"], input: "1\n2\n3\n4\n5\n6\n7\n8\n")
        try yard.eventually("an allocation has come") { try yard.attachedEngines().contains("slurm-1-0") }
        #expect(try work.wait(seconds: 120).code == 0)
        try yard.eventually("all are given back", seconds: 60) {
            try slurm.jobs().isEmpty && yard.attachedEngines().isEmpty
        }
        try yard.eventually("the keeper knows it") { try yard.units().isEmpty }
        // One that still waits is given back when the cluster is stopped.
        _ = try slurm.ask("sbatch", "--exclusive", "--wrap", "sleep 600", "-o", "/dev/null")
        try yard.eventually("the other job runs") {
            try slurm.ask("squeue", "-h", "-o", "%T").output == "RUNNING\n"
        }
        let others = try slurm.jobs()
        try yard.ok("submit", "--", "true")
        try yard.eventually("one is asked for") { try slurm.jobs().count == 2 }
        try slurm.ok("cluster", "stop", "--now")
        try yard.eventually("it is given back") { try slurm.jobs() == others }
        _ = try slurm.ask("scancel", others[0])
        try yard.eventually("nothing is left") { try slurm.jobs().isEmpty }
        #expect(yard.processes("cluster", "keep").isEmpty)
    }

    @Test func `the step of an srun that is killed ends, and its engines are started once more only`() throws
    {
        let script =
            "\(Farmyard.binary) run --launcher srun --slots 1 -n 1 -- sh -c '\(yard.hold("held"))' > run.out 2>&1; echo $? > run.code"
        try yard.write("job.sh", "#!/bin/sh\n\(script)\n", mode: 0o755)
        _ = try slurm.ask("sbatch", "--cpus-per-task=2", "--overcommit", "-o", "/dev/null", "job.sh")
        try yard.awaitStart("held")
        let old = yard.processes("engine host").filter { yard.isProgram($0, "tasks") }
        #expect(old.count == 1)
        let sruns = yard.processes("srun").filter { yard.isProgram($0, "srun") }
        try #require(!sruns.isEmpty)
        try yard.killAndWait(sruns)
        try yard.eventually("the old step is gone, and another is there") {
            let hosts = yard.processes("engine host").filter { yard.isProgram($0, "tasks") }
            return hosts.count == 1 && Set(hosts).isDisjoint(with: old)
        }
        try yard.write("go", "")
        try yard.eventually("it has ended", seconds: 120) { yard.read("run.code")?.isEmpty == false }
        #expect(yard.read("run.code") == "0\n", "\(yard.read("run.out") ?? "")")
    }

    @Test func `engines that srun has started are a pool only if that is asked for`() throws {
        let launcher = try slurm.start(
            ["cluster", "start", "--launcher", "srun", "--pool"], more: ["SLURM_JOB_ID": "1"])
        #expect(launcher.code == 2)
        #expect(
            launcher.errors.contains("`srun tasks engine start --pool ranks` makes one"), "\(launcher.errors)"
        )
        try slurm.ok("cluster", "start", "-n", "0")
        let srun = "srun -n 2 --overlap --overcommit \(Farmyard.binary) engine start --slots 1"
        let script = "\(srun) --pool ranks --name rank & \(srun) & wait"
        _ = try slurm.ask("sbatch", "-n", "2", "--overcommit", "--wrap", script, "-o", "srun.out")
        try yard.eventually("four engines are there", seconds: 60) {
            try yard.attachedEngines().count == 4
        }
        let engines = try yard.tasks("engine", "list", "-o", "json").objects()
        let pools = engines.compactMap { $0["pool"] as? [String: Any] }
        #expect(pools.count == 2 && Set(pools.compactMap { $0["key"] as? String }).count == 1)
        #expect(Set(pools.compactMap { $0["rank"] as? Int }) == [0, 1])
        #expect(try Set(yard.attachedEngines()).isSuperset(of: ["rank-0", "rank-1"]))
        let met = try slurm.tasks("submit", "--wait", "--collective", "2", "--", "true")
        #expect(met.code == 0, "\(met.errors)")
        try slurm.ok("cluster", "stop")
        try yard.eventually("nothing is left") { try slurm.jobs().isEmpty }
    }
}
