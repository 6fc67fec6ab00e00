import FarmFunctions
import FarmTransport

/// One thing that is wanted of the namespace: by an attempt, or by a Swift function.
struct KernelJob: Sendable {
    /// What is wanted.
    enum Wish: Sendable {
        /// What its template says.
        case template
        case call(NamespaceCall, CallInput)
        case task(KernelRequest)
        // A Swift function's.
        case set(String, [UInt8])
        case get(String)
        case keys
        case remove(String)
    }

    /// Who wants it.
    enum Asker: Sendable {
        case attempt(AttemptWork)
        /// A Swift function, by a number of its own.
        case function(UInt64, @Sendable (Result<[UInt8], any Error>) -> Void)
    }

    let asker: Asker
    let wish: Wish

    init(asker: Asker, wish: Wish) {
        (self.asker, self.wish) = (asker, wish)
    }

    init(_ work: AttemptWork) { self.init(asker: .attempt(work), wish: .template) }

    /// What is not a Python task goes first.
    var isFirst: Bool {
        guard case .attempt(let work) = asker else { return true }
        return work.group.isInLane
    }

    /// Whether another engine can do it.
    var mayGoElsewhere: Bool {
        guard case .attempt(let work) = asker else { return false }
        return !work.group.isInLane
    }

    var token: AttemptToken? {
        if case .attempt(let work) = asker { return work.token }
        return nil
    }

    var isTask: Bool {
        if case .task = wish { return true }
        return false
    }

    func isFunction(_ number: UInt64) -> Bool {
        if case .function(number, _) = asker { return true }
        return false
    }
}
