import FarmProcess
import Glibc

/// This executable, for starting it again.
enum OwnProgram {
    /// Right also when the file has been replaced meanwhile.
    static let path = "/proc/self/exe"
    static let name = CommandLine.arguments.first ?? "tasks"

    /// Where the executable was found when this process began; another version may lie there by now.
    static let file: String = {
        guard let found = realpath(path, nil) else { return name }
        defer { free(found) }
        return String(cString: found)
    }()

    /// Whether the program that lies there now answers at all.
    static var canStartAnew: Bool {
        var request = SpawnRequest(
            [file, "--version"], environment: .ofThisProcess(), output: .null, errors: .null)
        request.program = file
        guard let child = try? ChildProcess.start(request) else { return false }
        if case .exited(0) = child.wait().ending { return true }
        return false
    }

    /// What lies there now, if something does: also after an upgrade; else this very program.
    static var newest: String { access(file, X_OK) == 0 ? file : path }

    /// Puts the program that lies at the same place now into this process, with the same arguments.
    /// - Throws: `CommandFailure` if it cannot be started.
    static func startAnew() throws -> Never {
        // Whoever waited for the first word has had it, and the descriptor may be another's by now.
        var words = CommandLine.arguments
        if let index = words.firstIndex(of: "--ready-descriptor") { words.removeSubrange(index...index + 1) }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        execv(file, arguments)
        throw CommandFailure(
            .refused, "cannot start \(file) anew: \(String(cString: strerror(errno))); start it by hand")
    }
}
