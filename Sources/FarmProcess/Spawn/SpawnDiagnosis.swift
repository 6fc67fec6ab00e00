internal import CSystem
internal import Glibc

/// Turns the step and error number that a failed child reported into words.
struct SpawnDiagnosis {
    var request: SpawnRequest
    var searchPath: String
    var stage: Int
    var errorNumber: Int32
    /// The candidate that the error is about.
    var candidate: String

    func error() -> SpawnError {
        switch stage {
        case FARM_STAGE_DIRECTORY: directoryError()
        case FARM_STAGE_STDIN: streamError("standard input", path: inputPath, .inputUnavailable)
        case FARM_STAGE_STDOUT:
            streamError("standard output", path: path(of: request.output), .outputUnavailable)
        case FARM_STAGE_STDERR:
            streamError("standard error", path: path(of: request.errors), .outputUnavailable)
        case FARM_STAGE_EXEC: programError()
        case FARM_STAGE_DESCRIPTORS:
            make(.invalidRequest, "cannot pass a descriptor on: \(reason); is it still open?")
        case FARM_STAGE_AFFINITY:
            make(
                .invalidRequest,
                "cannot run on processors \(request.cpus): \(reason); choose from those of this host")
        default: systemError()
        }
    }

    private var reason: String { String(cString: strerror(errorNumber)) }

    private func make(_ code: SpawnError.Code, _ message: String, path: String = "") -> SpawnError {
        SpawnError(code, message, path: path, errorNumber: errorNumber)
    }

    private func systemError() -> SpawnError {
        if [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(errorNumber) {
            return make(
                .resourcesExhausted,
                "cannot start a process: \(reason); run fewer at once or raise the limits (ulimit -u, -n)"
            )
        }
        return make(.system, "cannot start '\(candidate)': \(reason)")
    }

    /// Where the program was to run.
    private var directory: String {
        if let directory = request.directory { return directory }
        guard let own = getcwd(nil, 0) else { return "." }
        defer { free(own) }
        return String(cString: own)
    }

    private func directoryError() -> SpawnError {
        switch errorNumber {
        case ENOENT:
            return make(
                .directoryMissing, "directory '\(directory)' does not exist; create it first", path: directory
            )
        case ENOTDIR:
            return make(
                .directoryUnusable, "'\(directory)' is not a directory; name one to run in", path: directory)
        default:
            return make(
                .directoryUnusable, "cannot enter directory '\(directory)': \(reason); check its permissions",
                path: directory)
        }
    }

    private func streamError(_ stream: String, path: String, _ code: SpawnError.Code) -> SpawnError {
        let place = path.hasPrefix("/") ? "" : " (relative to '\(request.directory ?? ".")')"
        let advice =
            switch errorNumber {
            case ENOENT: "does its directory exist?"
            case EACCES, EROFS, EPERM: "check the permissions"
            case EISDIR: "name a file, not a directory"
            default: "choose another file"
            }
        return make(code, "cannot open '\(path)'\(place) for \(stream): \(reason); \(advice)", path: path)
    }

    private var inputPath: String {
        if case .file(let path) = request.input { return path }
        return ""
    }

    private func path(of output: StandardOutput) -> String {
        if case .file(let path, _) = output { return path }
        return ""
    }

    private func programError() -> SpawnError {
        let program = request.program ?? request.arguments[0]
        var status = stat()
        let there = stat(absolute(candidate), &status) == 0
        let isDirectory = there && status.st_mode & S_IFMT == S_IFDIR
        switch errorNumber {
        case ENOENT where there, ENOTDIR where there:
            return make(
                .interpreterMissing,
                "'\(candidate)' is there, but not the interpreter that it names; correct its #! line",
                path: candidate)
        case ENOENT, ENOTDIR:
            if program.utf8.contains(UInt8(ascii: "/")) {
                let place = program.hasPrefix("/") ? "" : " in directory '\(directory)'"
                return make(
                    .programNotFound, "no program '\(program)'\(place); check the path", path: program)
            }
            return make(
                .programNotFound,
                "no program '\(program)' in the task's PATH (\(searchPath)); give its path or extend PATH",
                path: program)
        case EACCES where isDirectory:
            return make(
                .programIsDirectory, "'\(candidate)' is a directory; name a program in it", path: candidate)
        case EACCES:
            return make(
                .permissionDenied,
                "'\(candidate)' may not be executed; try chmod +x, or is it on a noexec disk?",
                path: candidate)
        case ENOEXEC:
            return make(
                .badFormat,
                "'\(candidate)' is no program for this machine; a script must begin with a #! line",
                path: candidate)
        case E2BIG:
            return make(
                .argumentsTooLong,
                "arguments and environment of '\(candidate)' are too long; use a file or standard input",
                path: candidate)
        default: return systemError()
        }
    }

    private func absolute(_ path: String) -> String {
        guard let directory = request.directory, !path.hasPrefix("/") else { return path }
        return directory + "/" + path
    }
}
