// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses or tests the farm builds it.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "task-farm", path: "..")],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "TaskFarm", package: "task-farm"),
                .product(name: "MultiEngine", package: "task-farm"), "CMalloc",
            ],
            swiftSettings: settings),
        // Built for `bench mpi` only: it needs MPI.
        .executableTarget(
            name: "bench-mpi-engine", dependencies: [.product(name: "FarmMPI", package: "task-farm")],
            swiftSettings: settings),
        .systemLibrary(name: "CMalloc"),
    ]
)
