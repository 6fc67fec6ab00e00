import FarmTemplate

/// Reads the points of a file of comma-separated values: RFC 4180, the first row names the parameters.
struct CSVReader {
    /// Points that a file may have.
    static let mostRows = 10_000_000

    /// Parameters that a file may name.
    static let mostColumns = 1000

    private let log: ProblemLog
    private var scanner: CSVScanner
    private var names: [String] = []

    /// Reads the file that `csv:` names, from the directory of the batch file.
    static func read(_ item: Item, _ log: ProblemLog) -> SweepAxis? {
        guard let path = log.fixed(item, "csv", "the path of a file") else { return nil }
        if path.isEmpty || path == "-" {
            log.add(.badValue, at: item.position, "`csv` must name a file")
            return nil
        }
        let place = resolved(path, beside: log.file)
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
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let own = ProblemLog(file: place)
        var axis: SweepAxis?
        if SourceText.check(bytes, own) {
            var reader = CSVReader(log: own, bytes)
            axis = reader.points()
        }
        log.add(own)
        return axis
    }

    private init(log: ProblemLog, _ bytes: [UInt8]) {
        self.log = log
        scanner = CSVScanner(bytes)
    }

    private static func resolved(_ path: String, beside file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
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
            if let fault = Sweep.fault(inName: field.text) {
                log.add(.badValue, at: field.position, fault)
            } else if names.contains(where: { Sweep.variable($0) == Sweep.variable(field.text) }) {
                log.add(.duplicate, at: field.position, "the parameter “\(field.text)” is given twice")
            }
            names.append(field.text)
        }
        return log.problems.isEmpty
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
