public import FarmWire

/// An engine's worker, as its node sees it. Calls come at the end of a turn, from the thread that runs the
/// node, and may call the node; they must not block.
public protocol EngineNodeDelegate: AnyObject {
    /// Begin these attempts. Each one's end is to be told by `EngineNode.finish`, once.
    func begin(_ batch: WorkBatch)
    /// End the attempt: TERM to all its processes, KILL after the grace; a function is cancelled. Its end is
    /// still to be told. Called again with `cancelled` if a cancel follows another reason.
    func terminate(_ attempt: AttemptToken, _ name: DispatchName, reason: StopReason, graceNanoseconds: Int64)
    /// Interrupt the attempt: INT to the process group of a command; a function is cancelled. Nobody waits
    /// for its end because of it.
    func interrupt(_ attempt: AttemptToken, _ name: DispatchName)
    /// What the controller knows of an attempt that was looked up: the task that has succeeded with the same
    /// key, and what that left behind (sections of ``AttemptPayload``); nil if there is none.
    func found(_ attempt: AttemptToken, _ task: TaskID?, _ sections: [UInt8])
    /// The controller has let the engine in.
    func attached(_ welcome: WelcomeMessage)
    /// The session is over. What runs goes on.
    func detached()
    /// The controller has told the engine what it did wrong, and listens no more in this session.
    func faulted(_ code: WireCode, _ message: String)
    /// A message of the controller could not be read and was dropped, from the place named on.
    func malformed(_ kind: MessageKind, _ error: WireError)
    /// Nothing is left to do: the engine may end.
    func exit()
}
