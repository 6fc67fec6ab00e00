import Glibc

/// The shell that runs lines whose batch file names none.
enum DefaultShell {
    /// Its words, up to where the line goes.
    static func words(environment: [String]) -> [String] {
        let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/usr/local/bin:/usr/bin:/bin"
        let hasBash = path.split(separator: ":").contains { access("\($0)/bash", X_OK) == 0 }
        return hasBash ? ["bash", "-eo", "pipefail", "-c"] : ["sh", "-e", "-c"]
    }
}
