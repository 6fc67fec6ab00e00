import FarmTemplate

/// The parameters of one sweep while it is read, so that what is wrong with a name is said where it stands.
final class ParameterNames {
    private var seen: [String: String] = [:]

    /// Takes a further name; false, and a problem in the log, if it cannot be one.
    func take(_ name: String, at position: Position, _ log: ProblemLog) -> Bool {
        if let fault = Sweep.fault(inName: name) {
            log.add(.badValue, at: position, fault)
            return false
        }
        if let clash = Sweep.clash(of: name, with: &seen) {
            log.add(.duplicate, at: position, clash)
            return false
        }
        return true
    }
}
