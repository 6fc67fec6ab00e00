import Foundation
import TaskFarm

extension LauncherSettings {
    private var system: any BatchSystem { kind == .pbs ? PBS() : Slurm() }

    /// The keeper of an allocation with the plan's engines on each of its nodes.
    func batchKeeper(
        _ plan: EnginePlan, first: Int, _ tasksProgram: String,
        _ tell: @escaping @Sendable (LaunchEvent) -> Void
    ) throws(LaunchError) -> any UnitKeeper {
        try requireNoPool(plan, "use mpiexec in the job's template")
        let unit = "\(name)-\(first)"
        let log = plan.logPath(unit)
        return try AllocationKeeper(
            system,
            AllocationKeeper.Setup(
                name: unit, series: name, engineCount: (nodes ?? 1) * plan.count,
                script: try script(plan, log: log, tasksProgram), path: "\(plan.profile)/\(unit).sh",
                options: options, log: log), tell)
    }

    /// Looks whether units of the plan could be asked for, as far as that can be seen before.
    /// - Throws: ``LaunchError``: a template that cannot be used, or no line to run.
    public func check(_ plan: EnginePlan, tasksProgram: String) throws(LaunchError) {
        switch kind {
        case .slurm, .pbs:
            try requireNoPool(plan, "use mpiexec in the job's template")
            _ = try script(plan, log: plan.logPath(name), tasksProgram)
        case .command: _ = try command(plan, first: 0, tasksProgram)
        case .local, .mpi, .ssh, .srun: break
        }
    }

    /// What is handed in.
    func script(_ plan: EnginePlan, log: String, _ tasksProgram: String) throws(LaunchError) -> String {
        var script = ScriptTemplate(
            template ?? system.template, source: template == nil ? "the built-in template" : templateSource)
        script.values = values(plan, log: log)
        let engine = [program ?? tasksProgram] + plan.hostCommandHere + ["--series", name]
        script.values["engine"] = engine.map(\.shellQuoted).joined(separator: " ")
        return try script.text()
    }
}
