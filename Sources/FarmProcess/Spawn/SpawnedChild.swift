/// What the kernel gave for a child that was started; whoever holds it closes its descriptors.
struct SpawnedChild {
    var pid: Int32
    var pidDescriptor: Int32
    /// The read end of the pipe from standard output, or -1.
    var output: Int32
    /// The read end of the pipe from standard error, or -1.
    var errors: Int32
}
