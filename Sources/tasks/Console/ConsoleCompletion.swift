import MultiEngine

/// What a name may go on to, asked of the first of the targets.
enum ConsoleCompletion {
    /// How long an engine is waited for; one that is busy completes nothing.
    private static let patience = Duration.seconds(1)

    static func of(_ word: String, _ client: MultiEngineClient) async -> [String] {
        guard word.wholeMatch(of: #/[\p{L}_][\w.]*/#) != nil else { return [] }
        do {
            let status = try await client.queueStatus()
            guard let free = status.first(where: { $0.running + $0.queued == 0 }) else { return [] }
            let pending = try await client.on(.engine(free.engine))
                .submit(.apply(PythonFunction(source), [word], returning: [String].self))
            let end = ContinuousClock.now + patience
            while !pending.isReady, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
            guard pending.isReady else {
                try await pending.cancel()
                return []
            }
            return try await pending.value.first ?? []
        } catch {
            return []
        }
    }

    /// Fails on nothing: a failure would clear what is queued on the engine.
    private static let source = """
        def complete(text):
            import builtins, keyword
            head, dot, tail = text.rpartition(".")
            names = globals()
            try:
                if dot:
                    first, *rest = head.split(".")
                    value = names[first] if first in names else getattr(builtins, first)
                    for name in rest:
                        value = getattr(value, name)
                    found = dir(value)
                else:
                    found = list(names) + dir(builtins) + keyword.kwlist
                shown = {n for n in found if n.startswith(tail) and (tail.startswith("_") or not n.startswith("_"))}
                return sorted(head + dot + n for n in shown)
            except Exception:
                return []
        """
}
