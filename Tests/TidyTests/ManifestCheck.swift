/// Holds Package.swift to `AllowedImports.table`, because the build tool lets a target import whatever
/// is built.
enum ManifestCheck {
    static let path = "Package.swift"

    /// Targets that are not in the table, and those that declare more or less than it allows.
    static func dependencies(
        of manifest: Manifest, against table: [String: AllowedImports] = AllowedImports.table
    ) -> [Finding] {
        let existing = Set(manifest.targets.map(\.name))
        return manifest.targets.filter { $0.type != "test" }.flatMap { target -> [Finding] in
            guard let allowed = table[target.name] else {
                return [
                    Finding(
                        path, "target \(target.name) is not in AllowedImports.table: add what it may import")
                ]
            }
            var ours: Set<String> = []
            var packages: Set<String> = []
            for dependency in target.dependencies {
                switch dependency {
                case .ours(let name): ours.insert(name)
                case .product(let name): packages.insert(name)
                }
            }
            let wanted =
                allowed.mayDeclareFewer
                ? ours.intersection(allowed.ours) : allowed.ours.intersection(existing)
            return differences(target.name, declared: ours, wanted: wanted)
                + differences(target.name, declared: packages, wanted: allowed.packages)
        }
    }

    /// What a target must not be built from, however far down: `tasks` runs where no MPI is installed.
    static func reach(of target: String, neverTo forbidden: Set<String>, in manifest: Manifest) -> [Finding] {
        manifest.closure(of: target).intersection(forbidden).sorted().map {
            Finding(path, "\(target) is built from \($0), which it must never reach")
        }
    }

    private static func differences(_ target: String, declared: Set<String>, wanted: Set<String>) -> [Finding]
    {
        declared.subtracting(wanted).sorted().map {
            Finding(path, "\(target) declares \($0), which AllowedImports.table does not allow it")
        }
            + wanted.subtracting(declared).sorted().map {
                Finding(path, "\(target) does not declare \($0), which AllowedImports.table gives it")
            }
    }
}
