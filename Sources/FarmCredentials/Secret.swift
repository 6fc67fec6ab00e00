/// A value that no description, interpolation, dump or debugger summary shows.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    /// Wraps a value.
    public init(_ value: Value) { self.value = value }

    /// The value itself. Hand it to what needs it; never keep, log or print it.
    public func reveal() -> Value { value }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// No children: a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}
