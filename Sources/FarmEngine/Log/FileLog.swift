import Glibc
public import Logging

/// A swift-log handler for component logs: one line an event, to a rotating file or to standard error.
///
/// `2026-11-22T13:04:05.678Z info engine-3: worker 1234 started slots=4`
public struct FileLog: LogHandler {
    /// Written with every event.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level = .info
    /// Asked at every event.
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let file: RotatingFile?

    /// A handler that writes to `file`, or to standard error if there is none.
    public init(label: String, file: RotatingFile?) {
        self.label = label
        self.file = file
    }

    /// One value of `metadata`.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var line = "\(Self.timestamp()) \(event.level) \(label): \(event.message)"
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        // One event is one line, whatever it quotes.
        let safe = line.replacing("\n", with: "\\n")
        if let file { return file.write(safe) }
        let bytes = Array((safe + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private static func timestamp() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func digits(_ value: Int32, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return
            "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))T"
            + "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))."
            + "\(digits(Int32(time.tv_nsec / 1_000_000), 3))Z"
    }
}
