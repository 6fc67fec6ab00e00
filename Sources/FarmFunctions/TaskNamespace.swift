/// An engine's namespace: values by name, one namespace an engine, for as long as its worker lives.
///
/// ```swift
/// try await context.namespace.set(temperatures, for: "t")        // in Python: t
/// let mean = try await context.namespace.get("mean", as: Double.self)
/// ```
/// While no Python kernel has been started, the worker holds the values, up to 256 MiB together. From then
/// on the kernel does: they are its variables, and an access waits until what it runs has ended. Numbers,
/// texts and `[Double]`, `[Float]`, `[Int]`, `[Int32]`, `[Int64]` and ``NumberArray`` cross as they are;
/// other `Codable` values as JSON, which makes lists and dicts of them. In a test without an engine the
/// values are in memory.
public struct TaskNamespace: Sendable {
    private let storage: any NamespaceStorage

    init(_ storage: any NamespaceStorage) { self.storage = storage }

    /// Sets a value, in place of one of that name.
    /// - Throws: ``NamespaceError``; ``PayloadError`` if the value cannot be encoded.
    public func set(_ value: some Encodable & Sendable, for name: String) async throws {
        try await storage.set(PayloadCodec.encode(value), for: name)
    }

    /// Sets raw bytes: in Python, `bytes`.
    /// - Throws: ``NamespaceError``.
    public func set(bytes: [UInt8], for name: String) async throws {
        try await storage.set([PayloadCodec.bytes.rawValue] + bytes, for: name)
    }

    /// The value of that name.
    /// - Throws: ``NamespaceError``: `unknownName` if there is none; ``PayloadError`` if it is of another
    ///   type.
    public func get<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) async throws -> Value
    {
        try PayloadCodec.decode(type, from: try await storage.get(name))
    }

    /// The bytes of that name.
    /// - Throws: ``NamespaceError``; ``PayloadError`` if it is something else.
    public func bytes(_ name: String) async throws -> [UInt8] { try await get(name, as: [UInt8].self) }

    /// The names that there are, in order; of a Python kernel without modules and what begins with `_`.
    /// - Throws: ``NamespaceError``.
    public var keys: [String] { get async throws { try await storage.keys() } }

    /// Removes a value.
    /// - Throws: ``NamespaceError``: `unknownName` if there is none.
    public func remove(_ name: String) async throws { try await storage.remove(name) }
}

/// Where the values of a namespace are.
package protocol NamespaceStorage: Sendable {
    func set(_ payload: [UInt8], for name: String) async throws
    func get(_ name: String) async throws -> [UInt8]
    func keys() async throws -> [String]
    func remove(_ name: String) async throws
}
