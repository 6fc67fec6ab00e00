import FarmFunctions
import FarmTransport

/// What the kernel has answered: u8 kind, u32 length, so many bytes, u64 nanoseconds of CPU time.
struct KernelAnswer: Sendable {
    /// Raw values are those of `wire.py`.
    enum Kind: UInt8, Sendable {
        case value = 1
        case error, ready, synced
    }

    let kind: Kind
    let cpuNanoseconds: UInt64
    /// Kind, length and bytes: of a value, the section of an attempt's payload that holds it.
    private(set) var section: [UInt8]

    /// - Returns: nil if it is none.
    init?(_ frame: consuming [UInt8]) {
        guard frame.count >= 13, let kind = frame.first.flatMap(Kind.init(rawValue:)) else { return nil }
        let (length, cpu) = frame.withUnsafeBytes { bytes in
            (
                Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt32.self))),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
            )
        }
        guard length == frame.count - 13, kind != .value || length > 0 else { return nil }
        self.kind = kind
        cpuNanoseconds = cpu
        frame.removeLast(8)
        section = frame
    }

    var bytes: ArraySlice<UInt8> { section[5...] }

    /// Whether it is a value, and that is none.
    var isNothing: Bool { section[5] == PayloadCodec.nothing.rawValue }
}

/// What a command that did not succeed is told to have done.
struct KernelError: Error, Sendable {
    var name: String
    var message: String
    /// As Python prints it; empty if there is none.
    var traceback = ""
    /// Of a kernel that has died: its exit code, or minus the signal.
    var exitCode: Int32 = 0
    var cause = Cause.failure

    init(_ name: String, _ message: String, cause: Cause = .failure) {
        self.name = name
        self.message = message
        self.cause = cause
    }

    /// Of the bundle in an answer.
    init(_ answer: KernelAnswer) {
        let bundle = try? PayloadBundle(decoding: Array(answer.bytes))
        func text(_ name: String) -> String { (try? bundle?.value(name, as: String.self)) ?? "" }
        name = text("name")
        message = text("message")
        traceback = text("traceback")
        switch name {
        // Names that the kernel itself gives.
        case "UnpicklableValue", "ValueTooLarge": cause = traceback.isEmpty ? .badResult : .failure
        case "UndecodableValue": cause = traceback.isEmpty ? .notStarted : .failure
        default: cause = .failure
        }
    }
}
