public import FarmCore

/// How a command is started as several ranks at once: `mpi` of a batch file.
public struct RankedLaunch: Hashable, Sendable {
    /// The most ranks, and the most CPUs a rank.
    public static let most = 65_536
    /// What starts them unless something else is said.
    public static let usual = "mpiexec"

    /// Ranks, at least 1.
    public var ranks: Int
    /// CPUs of each.
    public var cpusPerRank: Int
    /// Hosts that they run on, as many on each: engines of one pool, on each of which the task has a part.
    public var hosts: Int
    /// The command line that starts them, which the command is added to, with the fields of ``Field``. A
    /// single word names a launcher that is known: `mpiexec`, `mpirun`, `srun`.
    public var launch: [String]

    /// So many ranks, started by `mpiexec` on one host unless said otherwise.
    public init(ranks: Int, cpusPerRank: Int = 1, hosts: Int = 1, launch: [String] = [Self.usual]) {
        self.ranks = ranks
        self.cpusPerRank = cpusPerRank
        self.hosts = hosts
        self.launch = launch
    }

    /// What may stand in `launch`, in braces.
    public enum Field: String, CaseIterable, Sendable {
        case ranks = "{ranks}"
        case cpusPerRank = "{cpus-per-rank}"
        case hosts = "{hosts}"
        case ranksPerHost = "{ranks-per-host}"
        /// A file with a line for each host, as `node1 slots=4`, in the order of the ranks.
        case hostFile = "{hostfile}"
        /// The hosts, separated by commas, in the order of the ranks.
        case hostList = "{hostlist}"
    }

    /// Ranks on each host.
    public var ranksPerHost: Int { ranks / hosts }
    /// CPUs of all ranks on one host together: what each engine that takes part gives.
    public var cpus: Int { ranksPerHost * cpusPerRank }

    /// What a task that is started so needs of each engine, and how many have to take part.
    public func settle(_ policy: inout TaskPolicy) {
        policy.needs.cpus = UInt32(clamping: cpus)
        if hosts > 1 { policy.collective = UInt32(clamping: hosts) }
    }

    /// What is wrong with it; nil if nothing is.
    public var fault: String? {
        guard (1...Self.most).contains(ranks) else {
            return "`mpi.ranks` must be 1 to \(Self.most), found \(ranks)"
        }
        guard (1...Self.most).contains(cpusPerRank) else {
            return "`mpi.cpus-per-rank` must be 1 to \(Self.most), found \(cpusPerRank)"
        }
        guard (1...ranks).contains(hosts), ranks % hosts == 0 else {
            return
                "\(ranks) ranks cannot be as many on each of \(hosts) hosts: `mpi.ranks` must be a multiple of"
                + " `mpi.hosts`"
        }
        guard cpus <= Self.most else {
            return
                "\(ranksPerHost) ranks of \(cpusPerRank) CPUs need \(cpus), and no engine has more than \(Self.most)"
        }
        guard let program = launch.first, !program.allSatisfy(\.isWhitespace) else {
            return "`mpi.launch` is empty: name a launcher, as mpiexec or srun"
        }
        if launch.count == 1, arguments(of: program) == nil {
            return
                "`mpi.launch` names no launcher that is known: write mpiexec, mpirun or srun, or the whole line,"
                + " as `\(program) -n {ranks}`"
        }
        func says(_ field: Field) -> Bool { launch.contains { $0.contains(field.rawValue) } }
        if launch.count > 1, !says(.ranks), !says(.ranksPerHost) {
            return "`mpi.launch` does not say how many ranks there are: put {ranks} into it, as in"
                + " `\(program) -n {ranks}`"
        }
        if launch.count > 1, hosts > 1, !says(.hostFile), !says(.hostList) {
            return
                "`mpi.launch` does not say which hosts the ranks go to: put {hostfile} or {hostlist} into it, as"
                + " in `\(program) -n {ranks} --hostfile {hostfile} --map-by slot`"
        }
        return nil
    }

    /// The launcher's words for these ranks; the command's go behind them.
    /// - Parameters:
    ///   - hostFile: what `{hostfile}` stands for.
    ///   - hostList: what `{hostlist}` stands for.
    public func words(hostFile: String = "{hostfile}", hostList: String = "{hostlist}") -> [String] {
        let line = launch.count == 1 ? launch + (arguments(of: launch[0]) ?? []) : launch
        return line.map { word in
            Field.allCases.reduce(word) { word, field in
                let value =
                    switch field {
                    case .ranks: String(ranks)
                    case .cpusPerRank: String(cpusPerRank)
                    case .hosts: String(hosts)
                    case .ranksPerHost: String(ranksPerHost)
                    case .hostFile: hostFile
                    case .hostList: hostList
                    }
                return Self.replaced(field.rawValue, by: value, in: word)
            }
        }
    }

    /// Which launchers place their processes by themselves unless told otherwise is their affair; ours are
    /// told by the environment not to bind them, since each rank is bound to cores of its own.
    private func arguments(of launcher: String) -> [String]? {
        switch launcher.split(separator: "/").last {
        case "mpiexec", "mpirun", "orterun", "prterun":
            ["-n", "{ranks}"] + (hosts == 1 ? [] : ["--hostfile", "{hostfile}", "--map-by", "slot"])
        case "srun":
            [
                "--nodes={hosts}", "--ntasks={ranks}", "--cpus-per-task={cpus-per-rank}", "--overlap",
                "--cpu-bind=none",
            ]
                + (hosts == 1
                    ? []
                    : ["--nodelist={hostlist}", "--ntasks-per-node={ranks-per-host}", "--distribution=block"])
        default: nil
        }
    }

    private static func replaced(_ field: String, by value: String, in word: String) -> String {
        var result = ""
        var rest = word[...]
        while let range = range(of: field, in: rest) {
            result += rest[..<range.lowerBound] + value
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private static func range(of field: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(field) {
                return start..<text.index(start, offsetBy: field.count)
            }
            start = text.index(after: start)
        }
        return nil
    }

    var json: JSONValue {
        .object([
            JSONMember("ranks", .number(String(ranks))),
            JSONMember("cpus-per-rank", .number(String(cpusPerRank))),
            JSONMember("hosts", .number(String(hosts))),
            JSONMember("launch", .array(launch.map { .string($0) })),
        ])
    }

    init(_ json: JSONValue, of object: JSONObject) throws(TemplateError) {
        func number(_ key: String) -> Int? { json[key].flatMap { Int($0.text) } }
        guard let ranks = number("ranks"), let cpus = number("cpus-per-rank"),
            case .array(let words)? = json["launch"]
        else { throw object.fault("mpi") }
        self.init(
            ranks: ranks, cpusPerRank: cpus, hosts: number("hosts") ?? 1,
            launch: words.compactMap(\.stringValue))
        guard words.count == launch.count, fault == nil else { throw object.fault("mpi") }
    }
}
