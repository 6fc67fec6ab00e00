import FarmTransport
import Glibc

/// Whether what a command is about has to do with lanes, which take a client of their own role.
enum LaneUse {
    case none
    case some
    /// Only the controller knows, or the lines that are still to be read.
    case unknown

    /// The profile's capability file that this takes, in place of the usual one; nil if that will do. Where
    /// it is not known, a profile without such a file goes on with the usual one: what is refused then says
    /// which would be needed.
    func capability(of profile: ProfileDirectory) -> String? {
        let path = profile.capabilityPath(.multiengineClient)
        return switch self {
        case .none: nil
        case .some: path
        case .unknown: access(path, R_OK) == 0 ? path : nil
        }
    }
}
