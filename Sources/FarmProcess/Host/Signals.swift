/// The signals that a farm sends, so that its users need no C library for them.
public enum Signals {
    /// SIGINT: interrupt.
    public static let interrupt: Int32 = 2
    /// SIGKILL: end now; cannot be caught.
    public static let kill: Int32 = 9
    /// SIGTERM: please end.
    public static let terminate: Int32 = 15
}
