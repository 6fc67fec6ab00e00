import TaskFarm

extension LauncherSettings {
    /// A keeper for each host.
    func sshKeepers(
        _ plan: EnginePlan, _ tasksProgram: String, _ tell: @escaping @Sendable (LaunchEvent) -> Void
    ) throws(LaunchError) -> [any UnitKeeper] {
        guard !hosts.isEmpty else {
            throw LaunchError(
                .cannotStart,
                "the launcher \(name) has no hosts: name them with --host, in a file with --hosts, or under `hosts:` in"
                    + " launchers.yaml")
        }
        try requireNoPool(plan, "take one of kind mpi")
        var used: Set<String> = []
        var keepers: [any UnitKeeper] = []
        for host in hosts {
            // The same host twice, as by two users or ports, keeps its logs apart.
            var unit = Self.unitName(host.name)
            var number = 2
            while !used.insert(unit).inserted {
                unit = "\(Self.unitName(host.name))-\(number)"
                number += 1
            }
            keepers.append(try HostKeeper(setup(host, unit, plan, tasksProgram), tell))
        }
        return keepers
    }

    private func setup(
        _ host: Host, _ unit: String, _ plan: EnginePlan, _ tasksProgram: String
    ) -> HostKeeper.Setup {
        let program = host.program ?? program ?? tasksProgram
        let count = host.engines ?? plan.count
        var words = [program] + plan.hostCommand + ["--over-ssh", "--series", unit]
        // What is said last counts.
        if let engines = host.engines { words = Self.replaced("-n", String(engines), in: words) }
        if let slots = host.slots { words = Self.replaced("--slots", String(slots), in: words) }
        let line = "exec " + words.map(\.shellQuoted).joined(separator: " ")
        return HostKeeper.Setup(
            host: host.name, name: unit, engineCount: count,
            arguments: ["ssh"] + options + Self.sshOptions + ["--", host.name, line], program: program,
            capability: plan.capability ?? "\(plan.profile)/security/engine.json", log: plan.logPath(unit))
    }

    /// Behind the user's own, of which ssh takes the first that it finds. No questions: nobody is there to
    /// answer; a connection that is dead is known within a minute.
    static let sshOptions =
        [
            "BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=15", "ServerAliveCountMax=3",
            "ForwardX11=no", "RequestTTY=no", "EscapeChar=none",
        ].flatMap { ["-o", $0] }

    /// `ada@node7.lab` → `node7.lab`: for engines' names and logs.
    private static func unitName(_ host: String) -> String {
        let plain = host.split(separator: "@").last.map(String.init) ?? host
        return String(plain.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }

    private static func replaced(_ option: String, _ value: String, in words: [String]) -> [String] {
        var result = words
        if let index = result.firstIndex(of: option), index + 1 < result.count {
            result[index + 1] = value
        } else {
            result += [option, value]
        }
        return result
    }
}
