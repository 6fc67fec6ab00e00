/// How a controller has its scheduled runs carried out: by a process for each, which is an ordinary client.
public struct ScheduleOptions: Sendable, Equatable {
    /// The program's file.
    public var program: String
    /// Its name and arguments; the schedule's name and the firing's moment come behind.
    public var arguments: [String]
    /// Where what it writes goes, as `DIRECTORY/schedule-NAME.log`.
    public var logDirectory: String

    /// Without defaults: only the program that is the controller knows.
    public init(program: String, arguments: [String], logDirectory: String) {
        self.program = program
        self.arguments = arguments
        self.logDirectory = logDirectory
    }
}
