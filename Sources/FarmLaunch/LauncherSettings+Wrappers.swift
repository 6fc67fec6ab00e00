import FarmProcess
import Glibc
import TaskFarm

// Launchers that are one program around the engines, kept as one unit.
extension LauncherSettings {
    /// `mpiexec -n N OPTIONS tasks engine start …`: each rank is an engine, and together they are a pool. They
    /// put their ranks behind the name and the log's.
    func mpi(_ plan: EnginePlan, first: Int, _ tasksProgram: String) -> KeptCommand {
        let name = "\(self.name)-\(first)"
        var engine = plan.sharedArguments
        // Of the stock engine the plan names this very process's file.
        if plan.program != nil { engine[0] = tasksProgram }
        if let mpi = plan.mpi { engine += ["--mpi", mpi] }
        engine += ["--name", name, "--log", plan.logPath(name)]
        return KeptCommand(
            name: name, engineCount: plan.count,
            arguments: ["mpiexec", "-n", String(plan.count)] + options + engine, log: plan.logPath(name))
    }

    /// `srun OPTIONS tasks engine host …`: on each node of the allocation the engines of a host.
    func srun(
        _ plan: EnginePlan, first: Int, _ tasksProgram: String
    ) throws(LaunchError) -> KeptCommand {
        guard let allocation = SlurmAllocation.ofEnvironment else {
            throw LaunchError(
                .cannotStart,
                "the launcher srun starts engines in a Slurm allocation, and this is none (SLURM_JOB_ID is not set): "
                    + "call it from a job's script or under `salloc`, or take --launcher slurm, which asks for one"
            )
        }
        try requireNoPool(plan, "`srun tasks engine start --pool ranks` makes one of its tasks")
        let nodes = nodes ?? allocation.nodes
        let name = "\(self.name)-\(first)"
        var arguments = ["srun", "--nodes", String(nodes), "--ntasks-per-node", "1"]
        arguments += ["--kill-on-bad-exit=0", "--wait=0"]
        if let slots = plan.statedSlots { arguments += ["--cpus-per-task", String(slots * plan.count)] }
        // By that the step is found whose srun was killed.
        let step = SlurmStep(job: allocation.id, name: "\(name)-\(getpid())")
        arguments += ["--job-name", step.name]
        arguments += options + [program ?? tasksProgram] + plan.hostCommandHere
        var command = KeptCommand(
            name: name, engineCount: nodes * plan.count, arguments: arguments + ["--series", self.name],
            log: plan.logPath(name))
        command.endLeftovers = { step.cancel() }
        return command
    }

    /// The user's own line, run by a shell.
    func command(
        _ plan: EnginePlan, first: Int, _ tasksProgram: String
    ) throws(LaunchError) -> KeptCommand {
        let name = "\(self.name)-\(first)"
        guard let template else {
            throw LaunchError(
                .cannotStart, "the launcher \(self.name) has no line to run: give it `run:` in launchers.yaml"
            )
        }
        try requireNoPool(plan, "take one of kind mpi")
        var script = ScriptTemplate(template, source: templateSource)
        let engine = ([program ?? tasksProgram] + plan.hostCommandHere).map(\.shellQuoted)
        script.values = values(plan, log: plan.logPath(name))
        script.values["engine"] = (engine + ["--series", name.shellQuoted]).joined(separator: " ")
        var command = KeptCommand(
            name: name, engineCount: plan.count, arguments: ["/bin/sh", "-c", try script.text()],
            log: plan.logPath(name))
        command.idleSignal = Signals.terminate
        command.signalsGroup = true
        return command
    }

    /// - Throws: ``LaunchError``: the engines start when they can, each for itself, so they make no pool.
    func requireNoPool(_ plan: EnginePlan, _ instead: String) throws(LaunchError) {
        guard !plan.pool.isEmpty else { return }
        throw LaunchError(
            .cannotStart,
            "--pool is not for the launcher \(name): a pool's engines start together; \(instead)")
    }

    /// What a template may speak of, beside `{engine}`.
    func values(_ plan: EnginePlan, log: String) -> [String: String?] {
        let nodes = nodes ?? 1
        return [
            "engines": String(nodes * plan.count), "engines-per-node": String(plan.count),
            "nodes": String(nodes), "slots": plan.statedSlots.map { String($0) },
            "cpus": String((plan.statedSlots ?? 1) * plan.count), "log": log, "profile": plan.profile,
            "name": "tasks-\(plan.profile.split(separator: "/").last ?? "farm")",
        ]
    }
}
