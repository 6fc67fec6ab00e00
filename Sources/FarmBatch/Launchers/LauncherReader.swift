import FarmTemplate

/// Reads `launchers.yaml`: a mapping of names to launchers, with file, line and column for what is wrong.
public struct LauncherReader {
    private let log: ProblemLog
    private let file: String

    private static let keys = [
        "kind", "hosts", "nodes", "engines", "slots", "program", "options", "template", "run",
    ]
    /// Which keys mean something to which kind.
    private static let own: [String: [String]] = [
        "hosts": ["ssh"], "nodes": ["slurm", "pbs", "srun"], "template": ["slurm", "pbs"], "run": ["command"],
        "program": ["ssh", "slurm", "pbs", "srun", "command"],
        "options": ["ssh", "mpi", "slurm", "pbs", "srun"],
    ]

    /// Reads the file; files that it names are looked for beside it.
    ///
    /// - Throws: all that is wrong with it.
    public static func read(_ path: String) throws(BatchError) -> [LauncherEntry] {
        let log = ProblemLog(file: path)
        let root = try BatchReader.document(
            try FileReading.read(path), log,
            empty: "the file is empty: it needs a launcher's name and what it is")
        let entries = LauncherReader(log: log, file: path).launchers(root)
        try log.finish()
        return entries
    }

    /// Reads a file of hosts: a line a host, `HOST [slots=N] [engines=N] [program=PATH]`; `#` begins a comment.
    public static func hosts(_ path: String) throws(BatchError) -> [LauncherEntry.Host] {
        let log = ProblemLog(file: path)
        let hosts = HostLines(log: log).read(
            String(decoding: try FileReading.read(path), as: UTF8.self), file: 0)
        try log.finish()
        return hosts
    }

    private func launchers(_ root: Item) -> [LauncherEntry] {
        guard case .mapping(let entries) = root.content else {
            log.add(
                .wrongType, at: root.position,
                "expected launchers, a mapping of names to settings, found \(root.found)")
            return []
        }
        return entries.compactMap { entry in
            if let fault = Names.fault(entry.key, of: "launcher") {
                log.add(.badValue, at: entry.position, fault)
                return nil
            }
            return launcher(entry)
        }
    }

    private func launcher(_ entry: Item.Entry) -> LauncherEntry? {
        guard let fields = Fields(entry.value, of: "the launcher `\(entry.key)`", Self.keys, log) else {
            return nil
        }
        var kind = LauncherEntry.kinds.contains(entry.key) ? entry.key : ""
        if let item = fields["kind"] {
            guard let text = log.fixed(item, "kind", "a kind of launcher") else { return nil }
            guard LauncherEntry.kinds.contains(text) else {
                log.add(
                    .badValue, at: item.position,
                    "there is no kind of launcher “\(text)”\(Spelling.hint(text, in: LauncherEntry.kinds)); there are "
                        + LauncherEntry.kinds.joined(separator: ", "))
                return nil
            }
            kind = text
        }
        guard !kind.isEmpty else {
            log.add(
                .missing, at: entry.position,
                "the launcher `\(entry.key)` has no `kind`: one of \(LauncherEntry.kinds.joined(separator: ", "))"
            )
            return nil
        }
        for (key, kinds) in Self.own where fields[key] != nil && !kinds.contains(kind) {
            log.add(
                .badValue, at: fields.key(key),
                "`\(key)` means nothing to a launcher of kind \(kind); it is for \(kinds.joined(separator: ", "))"
            )
        }
        var launcher = LauncherEntry(name: entry.key, kind: kind)
        read(fields, into: &launcher)
        return launcher
    }

    private func read(_ fields: Fields, into launcher: inout LauncherEntry) {
        if let item = fields["hosts"] { launcher.hosts = hosts(item) }
        if let item = fields["nodes"] { launcher.nodes = log.integer(item, "nodes", 1...100_000) }
        if let item = fields["engines"] { launcher.engines = log.integer(item, "engines", 1...10_000) }
        if let item = fields["slots"] { launcher.slots = log.integer(item, "slots", 1...65_536) }
        if let item = fields["program"] { launcher.program = filled(item, "program", "a path") }
        if let item = fields["options"] { launcher.options = texts(item, "options") }
        if let item = fields["template"], let text = filled(item, "template", "a file, or the script itself")
        {
            template(text, item, into: &launcher)
        }
        if let item = fields["run"], let text = filled(item, "run", "a line for the shell") {
            launcher.template = text
            launcher.templateSource = "\(file): \(launcher.name): run"
        }
        if launcher.kind == "command", fields["run"] == nil {
            log.add(
                .missing, at: fields.position,
                "the launcher `\(launcher.name)` has no `run`: the line that starts engines, with {engine} in it"
            )
        }
    }

    /// Several lines are the script itself.
    private func template(_ text: String, _ item: Item, into launcher: inout LauncherEntry) {
        guard !text.contains("\n") else {
            launcher.template = text
            launcher.templateSource = "\(file): \(launcher.name): template"
            return
        }
        let path = FileReading.resolved(text, beside: file)
        launcher.templateSource = path
        do throws(BatchError) {
            launcher.template = String(decoding: try FileReading.read(path), as: UTF8.self)
        } catch {
            log.add(
                .unreadable, at: item.position, "`template`: \(error.problems.first?.message ?? "") (\(path))"
            )
        }
    }

    private func hosts(_ item: Item) -> [LauncherEntry.Host] {
        guard case .list(let items) = item.content else {
            guard let text = filled(item, "hosts", "a list of hosts, or a file") else { return [] }
            let path = FileReading.resolved(text, beside: file)
            do throws(BatchError) {
                let bytes = try FileReading.read(path)
                let number = log.add(ProblemLog.File(name: path))
                return HostLines(log: log).read(String(decoding: bytes, as: UTF8.self), file: number)
            } catch {
                log.add(
                    .unreadable, at: item.position,
                    "`hosts`: \(error.problems.first?.message ?? "") (\(path))")
                return []
            }
        }
        if items.isEmpty { log.add(.empty, at: item.position, "`hosts` is empty: name one at least") }
        return items.compactMap { host($0) }
    }

    private func host(_ item: Item) -> LauncherEntry.Host? {
        guard case .mapping = item.content else {
            return filled(item, "hosts", "a host's name").map { LauncherEntry.Host($0) }
        }
        guard let fields = Fields(item, of: "a host", ["host", "slots", "engines", "program"], log) else {
            return nil
        }
        guard let name = fields["host"].flatMap({ filled($0, "host", "a host's name") }) else {
            if fields["host"] == nil {
                log.add(.missing, at: item.position, "a host without `host`: its name")
            }
            return nil
        }
        var host = LauncherEntry.Host(name)
        if let item = fields["slots"] { host.slots = log.integer(item, "slots", 1...65_536) }
        if let item = fields["engines"] { host.engines = log.integer(item, "engines", 1...10_000) }
        if let item = fields["program"] { host.program = filled(item, "program", "a path") }
        return host
    }

    private func filled(_ item: Item, _ key: String, _ what: String) -> String? {
        guard let text = log.fixed(item, key, what) else { return nil }
        guard !text.allSatisfy(\.isWhitespace) else {
            log.add(.badValue, at: item.position, "`\(key)` is empty: it must be \(what)")
            return nil
        }
        return text
    }

    private func texts(_ item: Item, _ key: String) -> [String] {
        guard case .list(let items) = item.content else {
            log.add(
                .wrongType, at: item.position,
                "`\(key)` must be a list of words, as in [-p, std, -t, \"04:00:00\"], found \(item.found)")
            return []
        }
        return items.compactMap { log.fixed($0, key, "a word") }
    }
}
