public import FarmWire

extension EngineNode {
    /// Asks the controller, with the end of the turn, whether what the attempt depends on has succeeded
    /// before. The delegate is told by `found`: once a connection allows, and not if the attempt has ended
    /// before.
    public func lookUp(_ token: AttemptToken, _ key: ContentKey) {
        guard let name = agent.name(of: token) else { return }
        let entry = LookUpMessage.Entry(name: name, key: key)
        lookUps[token.raw] = entry
        unasked.append(entry)
    }

    /// A new session is asked everything again.
    func askAgain() {
        unasked = lookUps.sorted { $0.key < $1.key }.map(\.value)
    }

    func found(_ message: FoundMessage) {
        for entry in message.entries {
            guard let token = lookUps.first(where: { $0.value.name == entry.name })?.key else { continue }
            lookUps[token] = nil
            delegate.found(AttemptToken(raw: token), entry.task, entry.sections)
        }
    }
}
