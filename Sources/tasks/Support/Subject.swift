import Glibc
import Synchronization

/// Whose the tasks of this process are.
enum Subject {
    /// The login name, or the number if there is none.
    static var own: String {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else {
            return "uid-\(geteuid())"
        }
        return String(cString: name)
    }
}

/// The signal that ended something, if one did.
final class SignalBox: Sendable {
    private let number = Mutex<Int32>(0)

    var value: Int32 { number.withLock { $0 } }
    func set(_ signal: Int32) { number.withLock { if $0 == 0 { $0 = signal } } }
}
