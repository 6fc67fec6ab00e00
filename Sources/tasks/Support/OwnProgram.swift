/// This executable, for starting it again.
enum OwnProgram {
    /// Right also when the file has been replaced meanwhile.
    static let path = "/proc/self/exe"
    static let name = CommandLine.arguments.first ?? "tasks"
}
