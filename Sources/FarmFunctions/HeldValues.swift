import Synchronization

/// A namespace's values where there is no Python kernel that holds them.
package struct HeldValues: Sendable {
    /// What they may have together.
    package static let limitBytes = 256 << 20

    private var values: [String: [UInt8]] = [:]
    private var totalBytes = 0

    package init() {}

    package var isEmpty: Bool { values.isEmpty }

    /// Names without those that begin with `_`, as Python's.
    package var keys: [String] { values.keys.filter { !$0.hasPrefix("_") }.sorted() }

    package mutating func set(_ payload: [UInt8], for name: String) throws(NamespaceError) {
        let total = totalBytes - (values[name]?.count ?? 0) + payload.count
        guard total <= Self.limitBytes else {
            throw NamespaceError(
                .overLimit,
                "with `\(name)` the namespace would have \(total) bytes, and an engine holds "
                    + "\(Self.limitBytes >> 20) MiB while no Python kernel runs: remove something")
        }
        values[name] = payload
        totalBytes = total
    }

    package func get(_ name: String) throws(NamespaceError) -> [UInt8] {
        guard let payload = values[name] else { throw Self.unknown(name) }
        return payload
    }

    package mutating func remove(_ name: String) throws(NamespaceError) {
        guard let payload = values.removeValue(forKey: name) else { throw Self.unknown(name) }
        totalBytes -= payload.count
    }

    /// All of them, to be put elsewhere; none are left.
    package mutating func take() -> PayloadBundle {
        var bundle = PayloadBundle()
        for (name, payload) in values.sorted(by: { $0.key < $1.key }) { bundle.set(payload, for: name) }
        self = HeldValues()
        return bundle
    }

    /// In Python's words, since it is the same namespace.
    private static func unknown(_ name: String) -> NamespaceError {
        NamespaceError(.unknownName, "name '\(name)' is not defined")
    }
}

/// A namespace in memory, for functions that run without an engine.
package final class HeldNamespace: NamespaceStorage {
    private let values = Mutex(HeldValues())

    package init() {}

    package func set(_ payload: [UInt8], for name: String) async throws {
        try values.withLock { try $0.set(payload, for: name) }
    }

    package func get(_ name: String) async throws -> [UInt8] { try values.withLock { try $0.get(name) } }

    package func keys() async throws -> [String] { values.withLock { $0.keys } }

    package func remove(_ name: String) async throws { try values.withLock { try $0.remove(name) } }
}
