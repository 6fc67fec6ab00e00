/// Where a child reads its standard input from.
public enum StandardInput: Sendable {
    /// `/dev/null`: at its end from the start.
    case null
    /// These bytes, as an anonymous file: any number, seekable, and nobody has to pump them.
    case bytes([UInt8])
    /// A file, relative to the child's directory.
    case file(String)
    /// A descriptor of this process, which stays open here.
    case descriptor(Int32)
    /// Whatever this process has.
    case inherit
}
