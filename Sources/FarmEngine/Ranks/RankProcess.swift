import FarmProcess
import FarmTemplate
import Glibc

/// The process over one rank of a command: the launcher starts it, and it starts the rank.
///
/// It binds the rank to its own cores, tells where it runs and how it ends, and puts the rank's number before
/// each line of output that is captured. It becomes no rank itself: a launcher's variables go on to the
/// command, which joins the others as if the launcher had started it.
struct RankProcess {
    /// The first argument of such a process; nobody else has a use for it.
    static let marker = "--run-as-farm-rank"
    static let labelled = "labelled"
    /// In which launchers tell a process its rank.
    private static let variables = [
        "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID", "PALS_RANKID",
    ]
    private static let mostReadBytes = 64 << 10
    /// More than a pipe holds: what is left when the rank has ended. Whoever it has left behind may go on
    /// writing for ever.
    private static let mostLeftBytes = 1 << 20

    private let directory: String
    private let ranks: Int
    private let cpusPerRank: Int
    private let isLabelled: (output: Bool, errors: Bool)
    private let command: [String]
    private let rank: Int

    /// Does the work of one, and does not return, if this process was started as one.
    static func runIfAsked() {
        guard CommandLine.arguments.count > 1, CommandLine.arguments[1] == marker else { return }
        guard let process = RankProcess(Array(CommandLine.arguments.dropFirst(2))) else {
            exit(WorkerExit.usage)
        }
        process.run()
    }

    private init?(_ arguments: [String]) {
        guard arguments.count > 5, let ranks = Int(arguments[1]), let cpusPerRank = Int(arguments[2]) else {
            return nil
        }
        directory = arguments[0]
        (self.ranks, self.cpusPerRank) = (ranks, cpusPerRank)
        isLabelled = (arguments[3] == Self.labelled, arguments[4] == Self.labelled)
        command = Array(arguments[5...])
        let found = Self.variables.lazy.compactMap { getenv($0).flatMap { Int(String(cString: $0)) } }.first
        guard let found else {
            Self.say(
                "the launcher told no rank in \(Self.variables.joined(separator: ", ")): is it one of MPI?")
            return nil
        }
        guard (0..<ranks).contains(found) else {
            Self.say("the launcher started a rank \(found), and there are \(ranks): see `mpi.launch`")
            return nil
        }
        rank = found
    }

    private static func say(_ words: String, label: String = "") {
        let text = Array("\(label)tasks: \(words)\n".utf8)
        _ = text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private func run() -> Never {
        // The launcher's signals are for the whole group: the rank obeys, and this process tells its end.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE] { signal(number, SIG_IGN) }
        let cores = cores()
        var request = SpawnRequest(
            command, environment: .ofThisProcess(), variables: variables(cores), input: .inherit,
            output: isLabelled.output ? .capture : .inherit, errors: isLabelled.errors ? .capture : .inherit)
        request.cpus = cores
        request.newSession = false
        let child: ChildProcess
        var end = RankEnd(
            rank: rank, host: HostInfo.hostname, pid: 0, cpus: CPUList.text(cores),
            startedAtNanoseconds: MonotonicClock.nanoseconds())
        do throws(SpawnError) { child = try ChildProcess.start(request) } catch {
            Self.say(error.message, label: isLabelled.errors ? RankEnd.label(rank) : "")
            end.exitCode = 127
            end.endedAtNanoseconds = MonotonicClock.nanoseconds()
            note(end)
            exit(127)
        }
        end.pid = child.pid
        note(end)
        end.endedAtNanoseconds = pump(child)
        let (ending, _) = child.wait()
        switch ending {
        case .exited(let code): end.exitCode = Int(code)
        case .signalled(let number, _): end.exitCode = -Int(number)
        case .notStarted, .lost: end.exitCode = 127
        }
        note(end)
        leave(ending)
    }

    /// The rank's part of the task's own cores; none if the task has none of its own.
    private func cores() -> [Int] {
        guard let list = getenv("TASKS_CPUS").flatMap({ CPUList.numbers(String(cString: $0)) }),
            list.count == ranks * cpusPerRank
        else { return [] }
        return Array(list[rank * cpusPerRank..<(rank + 1) * cpusPerRank])
    }

    private func variables(_ cores: [Int]) -> [String] {
        var variables = ["TASKS_RANK=\(rank)"]
        if !cores.isEmpty { variables.append("TASKS_CPUS=" + CPUList.text(cores)) }
        if getenv("OMP_NUM_THREADS") == nil { variables.append("OMP_NUM_THREADS=\(cpusPerRank)") }
        // The task's value is what rank 0 writes; the others' would be written over it. No device: whoever
        // writes a file anew and renames it would replace that.
        if rank > 0 { variables.append("TASKS_RESULT_FILE=\(directory)/result-\(rank)") }
        return variables
    }

    /// Passes on what the rank writes, until it has ended and nothing of its own is left.
    /// - Returns: when it has ended.
    private func pump(_ child: borrowing ChildProcess) -> UInt64 {
        var streams = [
            LabelledLines(
                from: child.outputDescriptor, to: Self.launchersOwn(1), label: RankEnd.label(rank)),
            LabelledLines(
                from: child.errorDescriptor, to: Self.launchersOwn(2), label: RankEnd.label(rank)),
        ]
        var endedAt: UInt64 = 0
        while endedAt == 0 {
            var files = streams.map { pollfd(fd: $0.source, events: Int16(POLLIN), revents: 0) }
            files.append(pollfd(fd: child.pidDescriptor, events: Int16(POLLIN), revents: 0))
            guard poll(&files, UInt(files.count), -1) > 0 else { continue }
            if files[2].revents != 0 { endedAt = MonotonicClock.nanoseconds() }
            for index in streams.indices where endedAt > 0 || files[index].revents != 0 {
                streams[index].read(limitBytes: endedAt > 0 ? Self.mostLeftBytes : Self.mostReadBytes)
            }
        }
        for index in streams.indices { streams[index].finish() }
        return endedAt
    }

    /// The pipe that the launcher itself writes to, if that can be had: a line that it passes on may be cut
    /// in two by another rank's. Else where it reads.
    private static func launchersOwn(_ descriptor: Int32) -> Int32 {
        let opened = open("/proc/\(getsid(0))/fd/\(descriptor)", O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
        var status = stat()
        guard opened >= 0, fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
            return descriptor
        }
        return opened
    }

    /// Leaves word of the rank, whole or not at all.
    private func note(_ end: RankEnd) {
        let path = "\(directory)/\(rank)"
        let file = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = end.json.encoded()
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
        if count == bytes.count { rename(path + ".new", path) }
    }

    /// Ends as the rank did: the launcher has to see it.
    private func leave(_ ending: ProcessEnding) -> Never {
        guard case .signalled(let number, _) = ending else {
            if case .exited(let code) = ending { exit(code) }
            exit(127)
        }
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        signal(number, SIG_DFL)
        kill(getpid(), number)
        exit(128 + number)
    }
}
