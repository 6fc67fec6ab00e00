public import ArgumentParser
import FarmEngine
public import Logging

/// Where a component logs.
struct LogOptions: ParsableArguments {
    @Option(help: "The log file, moved aside at 10 MB. Default: standard error.", completion: .file())
    var log: String?
    @Option(help: "The least level that is logged: trace, debug, info, notice, warning or error.")
    var logLevel = Logger.Level.info

    func logger(_ label: String) throws -> Logger { try Self.logger(label, log, logLevel) }

    static func logger(_ label: String, _ path: String?, _ level: Logger.Level) throws -> Logger {
        var handler = FileLog(label: label, file: try path.map { try RotatingFile(path: $0) })
        handler.logLevel = level
        return Logger(label: label) { [handler] _ in handler }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
