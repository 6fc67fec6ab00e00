import COpenMPI

/// A number that MPI knows: arrays of it travel as they lie in memory, and can be reduced.
///
/// `Double`, `Float`, `Int32`, `Int64`, `Int` and `UInt8` are all there are.
public protocol MPIScalar: BitwiseCopyable, Sendable {
    /// What MPI calls it.
    static var mpiKind: MPIKind { get }
}

/// A type of number, as MPI calls it.
public struct MPIKind: Hashable, Sendable {
    let code: Int32

    init(_ code: some BinaryInteger) { self.code = Int32(code) }
}

extension Double: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_DOUBLE) }
}

extension Float: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_FLOAT) }
}

extension Int32: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_INT32) }
}

extension Int64: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_INT64) }
}

extension Int: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_INT64) }
}

extension UInt8: MPIScalar {
    public static var mpiKind: MPIKind { MPIKind(FARM_MPI_UINT8) }
}

/// How numbers of several ranks become one.
public enum Reduction: Sendable, CaseIterable {
    case sum, product, minimum, maximum

    var code: Int32 {
        switch self {
        case .sum: Int32(FARM_MPI_SUM)
        case .product: Int32(FARM_MPI_PRODUCT)
        case .minimum: Int32(FARM_MPI_MINIMUM)
        case .maximum: Int32(FARM_MPI_MAXIMUM)
        }
    }
}

/// Who sent a message, and what it is.
public struct MessageStatus: Hashable, Sendable {
    /// The sender's rank.
    public let source: Int
    /// The tag that it was sent with.
    public let tag: Int
    /// Elements of the type that was asked for.
    public let count: Int
}
