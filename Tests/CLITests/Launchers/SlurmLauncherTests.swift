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
        try yard.eventually("it has ended", seconds: 240) { yard.read("run.code") != nil }
        #expect(yard.read("run.code") == "0\n", "\(yard.read("run.out") ?? "")")
        #expect(yard.hasCompressionTable)
        try yard.eventually("nothing is left") { try slurm.jobs().isEmpty }
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
