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
    /// The command line that starts them, which the command is added to, with `{ranks}` and
    /// `{cpus-per-rank}`. A single word names a launcher that is known: `mpiexec`, `mpirun`, `srun`.
    public var launch: [String]

    /// So many ranks, started by `mpiexec` unless said otherwise.
    public init(ranks: Int, cpusPerRank: Int = 1, launch: [String] = [Self.usual]) {
        self.ranks = ranks
        self.cpusPerRank = cpusPerRank
        self.launch = launch
    }

    /// CPUs of all ranks together.
    public var cpus: Int { ranks * cpusPerRank }

    /// What is wrong with it; nil if nothing is.
    public var fault: String? {
        guard (1...Self.most).contains(ranks) else {
            return "`mpi.ranks` must be 1 to \(Self.most), found \(ranks)"
        }
        guard (1...Self.most).contains(cpusPerRank) else {
            return "`mpi.cpus-per-rank` must be 1 to \(Self.most), found \(cpusPerRank)"
        }
        guard cpus <= Self.most else {
            return
                "\(ranks) ranks of \(cpusPerRank) CPUs need \(cpus), and no engine has more than \(Self.most)"
        }
        guard let program = launch.first, !program.allSatisfy(\.isWhitespace) else {
            return "`mpi.launch` is empty: name a launcher, as mpiexec or srun"
        }
        if launch.count == 1, Self.arguments(of: program) == nil {
            return
                "`mpi.launch` names no launcher that is known: write mpiexec, mpirun or srun, or the whole line,"
                + " as `\(program) -n {ranks}`"
        }
        if launch.count > 1, !launch.contains(where: { $0.contains("{ranks}") }) {
            return "`mpi.launch` does not say how many ranks there are: put {ranks} into it, as in"
                + " `\(program) -n {ranks}`"
        }
        return nil
    }

    /// The launcher's words for these ranks; the command's go behind them.
    public var words: [String] {
        let line = launch.count == 1 ? launch + (Self.arguments(of: launch[0]) ?? []) : launch
        return line.map { word in
            Self.replaced(
                "{cpus-per-rank}", by: cpusPerRank, in: Self.replaced("{ranks}", by: ranks, in: word))
        }
    }

    /// Which launchers place their processes by themselves unless told otherwise is their affair; ours are
    /// told by the environment not to bind them, since each rank is bound to cores of its own.
    private static func arguments(of launcher: String) -> [String]? {
        switch launcher.split(separator: "/").last {
        case "mpiexec", "mpirun", "orterun", "prterun": ["-n", "{ranks}"]
        case "srun":
            [
                "--nodes=1", "--ntasks={ranks}", "--cpus-per-task={cpus-per-rank}", "--overlap",
                "--cpu-bind=none",
            ]
        default: nil
        }
    }

    private static func replaced(_ field: String, by number: Int, in word: String) -> String {
        var result = ""
        var rest = word[...]
        while let range = range(of: field, in: rest) {
            result += rest[..<range.lowerBound] + String(number)
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
            JSONMember("launch", .array(launch.map { .string($0) })),
        ])
    }

    init(_ json: JSONValue, of object: JSONObject) throws(TemplateError) {
        func number(_ key: String) -> Int? { json[key].flatMap { Int($0.text) } }
        guard let ranks = number("ranks"), let cpus = number("cpus-per-rank"),
            case .array(let words)? = json["launch"]
        else { throw object.fault("mpi") }
        self.init(ranks: ranks, cpusPerRank: cpus, launch: words.compactMap(\.stringValue))
        guard words.count == launch.count, fault == nil else { throw object.fault("mpi") }
    }
}
