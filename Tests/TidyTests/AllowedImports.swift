/// Which modules each target may import. docs/architecture.md says why; a change here is a
/// change of the design.
struct AllowedImports {
    /// Our own modules. Package.swift has to declare exactly these, as far as they exist already.
    var ours: Set<String>
    /// Products of other packages, by module name. Package.swift has to declare exactly these.
    var packages: Set<String> = []
    /// Modules that come inside one of those products.
    var inner: Set<String> = []
    /// What comes with the tool chain.
    var system: Set<String> = []
    /// Whether Package.swift may declare fewer of our modules than are allowed here.
    var mayDeclareFewer = false

    static let none = AllowedImports(ours: [])
    private static let concurrency: Set<String> = ["Glibc", "Synchronization"]
    private static let shell: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
    ]

    /// From the top of the layers to the bottom.
    static let table: [String: AllowedImports] = [
        "tasks": .init(
            ours: [
                "FarmDashboard", "FarmLaunch", "FarmBatch", "MultiEngine", "TaskFarm", "FarmEngine",
                "FarmController",
                "FarmStore", "FarmTransport", "FarmCredentials", "FarmProcess", "FarmFunctions",
                "FarmTemplate", "FarmContent",
                "FarmSchedule", "ZeroMQ", "FarmWire", "FarmCore",
            ],
            packages: ["ArgumentParser", "Logging"], system: shell, mayDeclareFewer: true),
        "tasks-mpi-engine": .init(ours: ["FarmMPI"], system: shell),
        "FarmDashboard": .init(ours: ["TaskFarm"], packages: ["FlyingFox"], system: shell),
        "FarmLaunch": .init(ours: ["TaskFarm", "FarmProcess"], system: shell),
        "FarmBatch": .init(
            ours: ["FarmTemplate", "FarmSchedule"], packages: ["Yams"], inner: ["CYaml"], system: shell),
        "MultiEngine": .init(ours: ["TaskFarm"], system: shell),
        "TaskFarm": .init(ours: ["FarmTransport", "FarmFunctions", "FarmTemplate"], system: shell),
        "FarmMPI": .init(ours: ["FarmEngine", "COpenMPI"], system: shell),
        "FarmEngine": .init(
            ours: ["FarmTransport", "FarmFunctions", "FarmTemplate", "FarmProcess", "FarmContent"],
            packages: ["Logging"],
            system: shell),
        "FarmController": .init(
            ours: ["FarmTransport", "FarmStore", "FarmTemplate", "FarmSchedule", "FarmProcess"],
            packages: ["Logging"], system: shell),
        "FarmStore": .init(ours: ["FarmCore", "FarmContent", "CSystem"], packages: ["GRDB"], system: shell),
        "FarmTransport": .init(ours: ["FarmWire", "ZeroMQ", "FarmCredentials"], system: concurrency),
        "FarmContent": .init(ours: ["COpenSSL"], system: concurrency),
        "FarmCredentials": .init(ours: ["COpenSSL", "CZeroMQ"], system: shell),
        "FarmProcess": .init(ours: ["CSystem"], system: concurrency),
        "FarmFunctions": .init(ours: [], system: shell),
        "FarmTemplate": .init(
            ours: ["FarmCore"], system: ["Foundation", "FoundationEssentials", "Glibc", "Synchronization"]),
        "FarmSchedule": .init(ours: [], system: ["Foundation", "FoundationEssentials", "Glibc"]),
        "ZeroMQ": .init(ours: ["CZeroMQ", "CSystem"], system: concurrency),
        "FarmWire": .init(ours: ["FarmCore"]),
        "FarmCore": .none,
        "Pricing": .init(ours: ["TaskFarm"], system: shell),
        "PricingEngine": .init(ours: ["FarmEngine", "Pricing"]),
        "OptionPrices": .init(ours: ["TaskFarm", "Pricing"], system: shell),
        "HeatSolver": .init(ours: ["TaskFarm"], system: shell),
        "HeatEngine": .init(ours: ["FarmEngine", "HeatSolver"]),
        "heat": .init(ours: ["HeatSolver"], packages: ["ArgumentParser"], system: shell),
        "WordCount": .init(ours: ["FarmEngine", "TaskFarm"], system: shell),
        "PiEngine": .init(ours: ["FarmMPI"]),
        "WaveEngine": .init(ours: ["FarmMPI"], system: shell),
        "FarmEngineProbe": .init(ours: ["FarmEngine", "FarmProcess"], system: shell),
        "FarmMPIProbe": .init(ours: ["FarmMPI"], system: shell),
        "FarmPoolProbe": .init(ours: ["FarmMPI"], system: shell),
        "FarmSimulate": .init(ours: ["FarmTestKit"], packages: ["ArgumentParser"]),
        "CZeroMQ": .none,
        "COpenSSL": .none,
        "COpenMPI": .none,
        "CSystem": .none,
        "FarmTestKit": .init(
            ours: ["FarmCore", "FarmWire", "FarmTemplate", "FarmFunctions", "FarmTransport", "FarmStore"],
            system: shell, mayDeclareFewer: true),
    ]
}
