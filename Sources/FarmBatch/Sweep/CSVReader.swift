import FarmTemplate

/// Reads the points of a file of comma-separated values: RFC 4180, the first row names the parameters.
struct CSVReader {
    /// Points that a file may have.
    static let mostRows = 10_000_000

    /// Parameters that a file may name.
    static let mostColumns = Sweep.maximumParameters

    private let log: ProblemLog
    private let all: ParameterNames
    private var scanner: CSVScanner
    private var names: [String] = []

    /// Reads the file that `csv:` names, from the directory of the batch file that says so.
    ///
    /// - Parameter all: the parameters of the sweep; those of the file join them.
    static func read(_ item: Item, _ all: ParameterNames, _ log: ProblemLog) -> SweepAxis? {
        guard let path = log.fixed(item, "csv", "the path of a file") else { return nil }
        if path.isEmpty || path == "-" {
            log.add(.badValue, at: item.position, "`csv` must name a file")
            return nil
        }
        let place = FileReading.resolved(path, beside: log.file(of: item.position).name)
        var bytes: [UInt8]
        do throws(BatchError) {
            bytes = try FileReading.read(place)
        } catch {
            let problem = error.problems.first
            var message = problem?.message ?? "it cannot be read"
            if problem?.code == .limit {
                message = "it is larger than \(FileReading.limitBytes >> 20) MiB: split it"
            } else if message.hasPrefix("this is a directory") {
                message = "this is a directory: name a file in it"
            }
            log.add(problem?.code ?? .unreadable, at: item.position, "`csv`: \(place): \(message)")
            return nil
        }
        log.note(otherFile: place)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let own = ProblemLog(file: place)
        var axis: SweepAxis?
        if SourceText.check(bytes, own) {
            var reader = CSVReader(log: own, all, bytes)
            axis = reader.points()
        }
        log.add(own)
        return axis
    }

    private init(log: ProblemLog, _ all: ParameterNames, _ bytes: [UInt8]) {
        (self.log, self.all) = (log, all)
        scanner = CSVScanner(bytes)
    }

    private mutating func points() -> SweepAxis? {
        do throws(CSVScanner.Fault) {
            guard let header = try scanner.row() else {
                log.add(
                    .empty, at: Position(line: 1, column: 1),
                    "the file is empty: its first row must name the parameters")
                return nil
            }
            guard take(header) else { return nil }
            var flat: [ParameterValue] = []
            var rows = 0
            while let row = try scanner.row() {
                guard row.fields.count == names.count else {
                    log.add(
                        .badValue, at: Position(line: row.line, column: 1),
                        "expected \(count(names.count)), as in the first row, found \(row.fields.count)")
                    return nil
                }
                for field in row.fields {
                    guard let value = value(field) else { return nil }
                    flat.append(value)
                }
                rows += 1
                if rows > Self.mostRows {
                    log.add(
                        .limit, at: Position(line: row.line, column: 1),
                        "the file has more than \(Self.mostRows) points: split it")
                    return nil
                }
            }
            if flat.isEmpty {
                log.add(
                    .badValue, at: Position(line: header.line, column: 1),
                    "the sweep is empty: the file has no rows below its first")
                return nil
            }
            return .list(names: names, values: flat)
        } catch {
            log.add(.syntax, at: error.position, error.message)
            return nil
        }
    }

    private func count(_ fields: Int) -> String { fields == 1 ? "1 field" : "\(fields) fields" }

    private mutating func take(_ header: CSVScanner.Row) -> Bool {
        if header.fields.count > Self.mostColumns {
            log.add(
                .limit, at: Position(line: header.line, column: 1),
                "the first row names \(header.fields.count) parameters; at most \(Self.mostColumns) are possible"
            )
            return false
        }
        for field in header.fields {
            if let hint = hint(field, isAlone: header.fields.count == 1) {
                log.add(.badValue, at: field.position, hint)
                return false
            }
            _ = all.take(field.text, at: field.position, log)
            names.append(field.text)
        }
        return log.problems.isEmpty
    }

    /// What most often makes a first row that names no parameters; nil for anything else.
    private func hint(_ field: CSVScanner.Field, isAlone: Bool) -> String? {
        if field.isQuoted || Sweep.isIdentifier(field.text) { return nil }
        let found = "found “\(Shown.text(field.text))”"
        if field.text.utf8.contains(0x0D) { return "line ends are LF or CRLF, not CR alone; \(found)" }
        if isAlone, field.text.utf8.contains(where: { ";\t|".utf8.contains($0) }) {
            return "fields lie between commas; \(found)"
        }
        if case .number = CoreSchema.resolve(field.text).value {
            return "the first row must name the parameters, \(found)"
        }
        return nil
    }

    /// Without quotes it is what it would be in the batch file; nothing at all is the empty text.
    private func value(_ field: CSVScanner.Field) -> ParameterValue? {
        if field.text.contains("${{") {
            log.add(.expression, at: field.position, "`${{ }}` cannot stand in the values of a sweep")
            return nil
        }
        if field.isQuoted || field.text.isEmpty { return ParameterValue(.string(field.text)) }
        return CoreSchema.resolve(field.text)
    }
}
