import FarmTemplate

/// Writes rows to standard output one by one, in the formats for programs. Memory: a buffer.
struct RowWriter {
    private static let bufferBytes = 64 << 10

    private let format: OutputFormat
    /// `"key":`, for JSON.
    private let keys: [[UInt8]]
    private var bytes: [UInt8] = []
    private var isFirst = true

    init(_ keys: [String], _ format: OutputFormat) {
        self.format = format
        self.keys = keys.map { key in
            var bytes: [UInt8] = []
            JSONValue.encode(key, into: &bytes)
            return bytes + [UInt8(ascii: ":")]
        }
        if format == .csv { line(keys) }
        if format == .json { bytes.append(UInt8(ascii: "[")) }
    }

    /// As many cells as there are keys.
    mutating func write(_ row: [JSONValue]) {
        switch format {
        case .csv: line(row.map { $0 == .null ? "" : $0.text })
        default:
            if format == .json { bytes.append(contentsOf: (isFirst ? "\n" : ",\n").utf8) }
            for (index, cell) in row.enumerated() {
                bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
                bytes.append(contentsOf: keys[index])
                cell.encode(into: &bytes)
            }
            bytes.append(contentsOf: (format == .json ? "}" : "}\n").utf8)
        }
        isFirst = false
        if bytes.count >= Self.bufferBytes { flush() }
    }

    mutating func end() {
        if format == .json { bytes.append(contentsOf: (isFirst ? "]\n" : "\n]\n").utf8) }
        flush()
    }

    private mutating func flush() {
        Terminal.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// RFC 4180.
    private mutating func line(_ cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let isPlain = !cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
            guard !isPlain else {
                bytes.append(contentsOf: cell.utf8)
                continue
            }
            bytes.append(0x22)
            for byte in cell.utf8 {
                if byte == 0x22 { bytes.append(0x22) }
                bytes.append(byte)
            }
            bytes.append(0x22)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
