// swift-tools-version: 6.2
import PackageDescription

// Targets and what each may import stand in docs/architecture.md; Tests/TidyTests holds the list,
// because the build tool lets a target import whatever happens to be built before it.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// The program of the Python kernel goes into the engine's executable.
let kernelProgram = ["arrays", "cells", "functions", "kernel", "rank_calls", "ranks", "requests", "values", "wire"]
    .map { Resource.embedInCode("Python/farm_kernel/\($0).py") }

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func example(_ folder: String, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "examples/\(folder)/Sources/\(name)",
        swiftSettings: settings)
}

func program(_ folder: String, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "examples/\(folder)/Sources/\(name)",
        swiftSettings: settings)
}

let package = Package(
    name: "task-farm",
    products: [
        .executable(name: "tasks", targets: ["tasks"]),
        .library(name: "TaskFarm", targets: ["TaskFarm"]),
        .library(name: "MultiEngine", targets: ["MultiEngine"]),
        .library(name: "FarmEngine", targets: ["FarmEngine"]),
        // Only these two need MPI.
        .library(name: "FarmMPI", targets: ["FarmMPI"]),
        .executable(name: "tasks-mpi-engine", targets: ["tasks-mpi-engine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .executableTarget(
            name: "tasks",
            dependencies: [
                "FarmLaunch", "FarmBatch", "MultiEngine", "TaskFarm", "FarmEngine", "FarmController",
                "FarmSchedule", "FarmContent", argumentParser, log,
            ],
            swiftSettings: settings),
        module("FarmLaunch", ["TaskFarm", "FarmProcess"]),
        module("FarmBatch", ["FarmTemplate", "FarmSchedule", .product(name: "Yams", package: "Yams")]),
        module("MultiEngine", ["TaskFarm"]),
        module("TaskFarm", ["FarmTransport", "FarmFunctions", "FarmTemplate"]),
        module(
            "FarmEngine",
            ["FarmTransport", "FarmFunctions", "FarmTemplate", "FarmProcess", "FarmContent", log],
            resources: kernelProgram),
        module("FarmMPI", ["FarmEngine", "COpenMPI"]),
        .executableTarget(
            name: "tasks-mpi-engine", dependencies: ["FarmMPI"], swiftSettings: settings),
        module(
            "FarmController",
            ["FarmTransport", "FarmStore", "FarmTemplate", "FarmSchedule", "FarmProcess", log]),
        module(
            "FarmStore",
            ["FarmCore", "FarmContent", "CSystem", .product(name: "GRDB", package: "GRDB.swift")]),
        module("FarmTransport", ["FarmWire", "ZeroMQ", "FarmCredentials"]),
        module("FarmContent", ["COpenSSL"]),
        module("FarmCredentials", ["COpenSSL", "CZeroMQ"]),
        module("FarmProcess", ["CSystem"]),
        module("FarmFunctions"),
        module("FarmTemplate", ["FarmCore"]),
        module("FarmSchedule"),
        module("ZeroMQ", ["CZeroMQ", "CSystem"]),
        module("FarmWire", ["FarmCore"]),
        module("FarmCore"),
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "COpenMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
        .target(name: "CSystem"),
        module("FarmTestKit", ["FarmTransport", "FarmStore"]),
        tests("FarmCoreTests", ["FarmCore"]),
        tests("FarmContentTests", ["FarmContent"]),
        tests("FarmWireTests", ["FarmWire"]),
        tests("ZeroMQTests", ["ZeroMQ"]),
        tests("FarmCredentialsTests", ["FarmCredentials", "ZeroMQ"]),
        tests("FarmProcessTests", ["FarmProcess"]),
        tests("FarmTransportTests", ["FarmTransport"]),
        tests("FarmFunctionsTests", ["FarmFunctions"]),
        tests("FarmTemplateTests", ["FarmTemplate"]),
        tests("FarmScheduleTests", ["FarmSchedule"]),
        tests("FarmBatchTests", ["FarmBatch", "FarmTemplate"]),
        // An engine in a process of its own, for the tests to kill.
        .executableTarget(
            name: "FarmEngineProbe", dependencies: ["FarmEngine", "FarmProcess"],
            path: "Tests/FarmEngineProbe",
            swiftSettings: settings),
        tests(
            "FarmEngineTests",
            [
                "FarmEngineProbe", "FarmEngine", "FarmFunctions", "FarmTemplate", "FarmTransport",
                "FarmProcess", log,
            ]),
        tests("TaskFarmTests", ["TaskFarm", "FarmController", "FarmTransport", "FarmStore", log]),
        tests(
            "FarmStoreTests",
            ["FarmStore", "FarmTestKit", .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["Ledgers"]),
        tests("FarmControllerTests", ["FarmController", "FarmTransport", "FarmStore", "FarmSchedule"]),
        tests("FarmSimulationTests", ["FarmTestKit"]),
        // `make sim`
        .executableTarget(
            name: "FarmSimulate",
            dependencies: ["FarmTestKit", argumentParser],
            path: "Tests/FarmSimulate", swiftSettings: settings),
        tests("FarmLaunchTests", ["FarmLaunch", "FarmProcess"]),
        tests("MultiEngineTests", ["MultiEngine"]),
        tests("CLITests", ["tasks", "tasks-mpi-engine", "FarmPoolProbe", "TaskFarm", "MultiEngine"]),
        tests(
            "DocumentationTests",
            [
                "tasks", "MultiEngine", "WordCount", "Pricing", "PricingEngine", "OptionPrices", "HeatSolver",
                "HeatEngine", "heat", "PiEngine", "WaveEngine",
            ]),
        // One rank of a small world without a farm.
        .executableTarget(
            name: "FarmMPIProbe", dependencies: ["FarmMPI"], path: "Tests/FarmMPIProbe",
            swiftSettings: settings),
        tests("FarmMPITests", ["FarmMPIProbe", "FarmMPI"]),
        // An engine of a pool, for the tests to give trouble.
        .executableTarget(
            name: "FarmPoolProbe", dependencies: ["FarmMPI"], path: "Tests/FarmPoolProbe",
            swiftSettings: settings),
        tests("TidyTests"),
        // examples/monte-carlo-options: an engine of its own, a client, and what both know.
        example("monte-carlo-options", "Pricing", ["TaskFarm"]),
        program("monte-carlo-options", "PricingEngine", ["Pricing", "FarmEngine"]),
        program("monte-carlo-options", "OptionPrices", ["Pricing", "TaskFarm"]),
        // examples/nightly-heat: the same solver as a function of an engine and as a command.
        example("nightly-heat", "HeatSolver", ["TaskFarm"]),
        program("nightly-heat", "HeatEngine", ["HeatSolver", "FarmEngine"]),
        // examples/word-count: a third interface in one file, client and engine.
        program("word-count", "WordCount", ["TaskFarm", "FarmEngine"]),
        program("nightly-heat", "heat", ["HeatSolver", argumentParser]),
        // examples/mpi-pi and mpi-wave2d: engines of a pool under mpiexec.
        program("mpi-pi", "PiEngine", ["FarmMPI"]),
        program("mpi-wave2d", "WaveEngine", ["FarmMPI"]),
    ]
)
