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
    /// In which they tell it how many there are.
    private static let sizeVariables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"]
    private static let mostReadBytes = 64 << 10
    /// More than a pipe holds: what is left when the rank has ended. Whoever it has left behind may go on
    /// writing for ever.
    private static let mostLeftBytes = 1 << 20

    /// How long the engine of this host may take to begin its part, in tries and microseconds.
    private static let patience = (tries: 3_000, pauseMicroseconds: UInt32(20_000))
    /// What a rank's failure on another host than the launcher's is told by, behind its label.
    static let failureWords = "tasks: this rank has failed: "

    private let directory: String
    private let ranks: Int
    private let cpusPerRank: Int
    private let hosts: Int
    private let isLabelled: (output: Bool, errors: Bool)
    private let command: [String]
    private let rank: Int
    /// Which of the task's hosts this is, and which of its ranks.
    private let seat: Int
    private let index: Int

    /// Does the work of one, and does not return, if this process was started as one.
    static func runIfAsked() {
        guard CommandLine.arguments.count > 1, CommandLine.arguments[1] == marker else { return }
        guard let process = RankProcess(Array(CommandLine.arguments.dropFirst(2))) else {
            exit(WorkerExit.usage)
        }
        process.run()
    }

    private init?(_ arguments: [String]) {
        guard arguments.count > 6, let ranks = Int(arguments[1]), let cpusPerRank = Int(arguments[2]),
            let hosts = Int(arguments[3]), hosts > 0
        else { return nil }
        (self.ranks, self.cpusPerRank, self.hosts) = (ranks, cpusPerRank, hosts)
        isLabelled = (arguments[4] == Self.labelled, arguments[5] == Self.labelled)
        command = Array(arguments[6...])
        guard let found = Self.number(in: Self.variables) else {
            Self.say(
                "the launcher told no rank in \(Self.variables.joined(separator: ", ")): is it one of MPI?")
            return nil
        }
        guard (0..<ranks).contains(found) else {
            Self.say("the launcher started a rank \(found), and there are \(ranks): see `mpi.launch`")
            return nil
        }
        if hosts > 1, let size = Self.number(in: Self.sizeVariables), size != ranks {
            // The other hosts would wait for theirs.
            Self.say("the launcher started \(size) ranks, and there are \(ranks): see `mpi.launch`")
            return nil
        }
        rank = found
        let perHost = ranks / hosts
        seat = found / perHost
        index = found % perHost
        directory = RankPlace.directory(arguments[0], seat: seat)
        guard hosts == 1 || RankPlace.isOwn(directory) else {
            Self.say(
                "rank \(found) was started on \(HostInfo.hostname), which is not where the task has cores for it: the"
                    + " launcher has to put \(perHost) ranks on each host, in the order of its list",
                label: isLabelled.errors ? RankEnd.label(found) : "")
            return nil
        }
    }

    private static func number(in variables: [String]) -> Int? {
        variables.lazy.compactMap { getenv($0).flatMap { Int(String(cString: $0)) } }.first
    }

    private static func say(_ words: String, label: String = "") {
        let text = Array("\(label)tasks: \(words)\n".utf8)
        _ = text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private func run() -> Never {
        // The launcher's signals are for the whole group: the rank obeys, and this process tells its end.
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE] { signal(number, SIG_IGN) }
        if seat > 0, !takeEnvironment() {
            Self.say("the engine of \(HostInfo.hostname) has not begun its part of the task")
            exit(127)
        }
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
        // How launchers end ranks when another has failed is no news.
        let isNews = ![0, -Int(SIGTERM), -Int(SIGKILL)].contains(end.exitCode ?? 0)
        if seat > 0, isNews, isLabelled.errors, let code = end.exitCode {
            // The launcher's engine sees no other word of it.
            let text = Array("\(RankEnd.label(rank))\(Self.failureWords)\(code)\n".utf8)
            _ = text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        }
        leave(ending)
    }

    /// Takes the environment that the task's part on this host was started with, beside what the launcher has
    /// said: most launchers carry no variables to other hosts.
    private func takeEnvironment() -> Bool {
        let path = "\(directory)/\(RankHolder.environmentFile)"
        for _ in 0..<Self.patience.tries {
            guard let file = fopen(path, "re") else {
                usleep(Self.patience.pauseMicroseconds)
                continue
            }
            defer { fclose(file) }
            var line: UnsafeMutablePointer<CChar>?
            var room = 0
            defer { free(line) }
            while getdelim(&line, &room, 0, file) > 0, let line {
                guard let equals = strchr(line, Int32(UInt8(ascii: "="))) else { continue }
                equals.pointee = 0
                setenv(line, equals + 1, 1)
            }
            return true
        }
        return false
    }

    /// The rank's part of the task's own cores; none if the task has none of its own.
    private func cores() -> [Int] {
        guard let list = getenv("TASKS_CPUS").flatMap({ CPUList.numbers(String(cString: $0)) }),
            list.count == ranks / hosts * cpusPerRank
        else { return [] }
        return Array(list[index * cpusPerRank..<(index + 1) * cpusPerRank])
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
                from: child.outputDescriptor, to: seat == 0 ? Self.launchersOwn(1) : 1,
                label: RankEnd.label(rank)),
            LabelledLines(
                from: child.errorDescriptor, to: seat == 0 ? Self.launchersOwn(2) : 2,
                label: RankEnd.label(rank)),
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
