/// Whether what a command is about has to do with lanes, which take a client of their own role.
enum LaneUse {
    case none
    case some
    /// Only the controller knows, or the lines that are still to be read, and can be read again.
    case unknown
}
