/// What a field may hold at most. A decoder refuses more; whoever fills messages checks user input against
/// these first, because a peer that sends more is muted.
public enum WireLimits {
    /// UTF-8 bytes of a string, unless another limit stands beside the field. 64 KiB.
    public static let text = 64 * 1024
    /// UTF-8 bytes of names of farms, hosts, engines, roles and subjects, of tags, targets and label keys. 1
    /// KiB.
    public static let shortText = 1024
    /// Bytes of a hello's grant. 64 KiB.
    public static let grant = 64 * 1024
    /// Bytes of a template body with the payload that its tasks share. 240 MiB: with what goes beside it, it
    /// fits a message.
    public static let template = 240 * 1024 * 1024
    /// Bytes of a job's surroundings. 4 MiB.
    public static let surroundings = 4 * 1024 * 1024
    /// Bytes of a query. 1 MiB.
    public static let query = 1024 * 1024
    /// Bytes of output in one message. 192 KiB: it always fits one frame.
    public static let output = 192 * 1024
    /// Bytes of a whole message, put together from its fragments, unless the welcome says otherwise. 256 MiB.
    public static let message = 256 * 1024 * 1024

    /// Labels of a job, tags of an engine, targets of a group.
    public static let tags = 1024
    /// Names in one recall, stop, started or recalled message; claims in a hello; ranges in a cancel.
    public static let names = 1 << 20
    /// Templates and groups in one part of a submission.
    public static let groups = 1 << 16
    /// Dependencies of one group.
    public static let dependencies = 1 << 16
    /// Sources of one dependency.
    public static let sources = 1 << 20
    /// Slots, and CPUs, of one engine.
    public static let slots: UInt32 = 1 << 16

    /// Nanoseconds of a length of time, about 36 years: eight of them may be added without overflow.
    public static let nanoseconds: Int64 = 1 << 60
}
