/// Where standard output or standard error of a child goes.
public enum StandardOutput: Sendable, Equatable {
    /// `/dev/null`.
    case null
    /// A pipe that this process reads.
    case capture
    /// A file, relative to the child's directory, made if absent; emptied first unless `append`.
    /// When both streams name the same path they share one open file, as `> log 2>&1` does.
    case file(String, append: Bool)
    /// A descriptor of this process, which stays open here.
    case descriptor(Int32)
    /// Whatever this process has.
    case inherit
    /// Standard error only: wherever standard output goes, in the order written (`2>&1`).
    case sameAsOutput
}
