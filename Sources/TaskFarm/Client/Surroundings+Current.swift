import Foundation

extension Surroundings {
    /// Variables that commands inherit unless others are named: who and where one is, how text is written,
    /// where programs and libraries are found. Everything else a task says itself.
    public static let inheritedNames: Set<String> = [
        "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "LANGUAGE", "TZ",
        "TERM",
        "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "MANPATH", "OMP_NUM_THREADS",
    ]

    /// Those of this process: its directory, and of its environment what is named, with all `LC_…`.
    public static func current(inheriting names: Set<String> = inheritedNames) -> Surroundings {
        let environment = ProcessInfo.processInfo.environment
            .filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
            .sorted { $0.key < $1.key }
            .map { TaskTemplate.Variable($0.key, $0.value) }
        return Surroundings(
            directory: FileManager.default.currentDirectoryPath, environment: environment)
    }
}
