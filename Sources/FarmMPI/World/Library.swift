import COpenMPI

/// What MPI answers, as Swift says it.
enum Library {
    /// Takes an error code of MPI's for what it is.
    /// - Throws: ``MPIError`` with code `failed`, or `tooLong` for a message that was longer than its room.
    static func check(_ code: Int32, _ operation: Operation) throws(MPIError) {
        guard code != MPI_SUCCESS else { return }
        let name = operation.word
        var kind: Int32 = 0
        MPI_Error_class(code, &kind)
        if kind == MPI_ERR_TRUNCATE {
            throw MPIError(
                .tooLong, "\(name): a message is longer than the room for it; make it as large on both sides")
        }
        throw MPIError(.failed, "\(name): MPI says “\(text(of: code))”")
    }

    private static func text(of code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(FARM_MPI_TEXT) + 1) { room in
            room.initialize(repeating: 0)
            _ = farm_mpi_error_text(code, room.baseAddress)
            return String(cString: room.baseAddress!)
        }
    }

    /// The library and its version, as it names itself.
    static var version: String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(FARM_MPI_VERSION_TEXT) + 1) {
            room in
            room.initialize(repeating: 0)
            _ = farm_mpi_version(room.baseAddress)
            return String(cString: room.baseAddress!)
        }
        return text.split(separator: ",").first.map(String.init) ?? text
    }

    /// A count as MPI takes it.
    /// - Throws: ``MPIError`` with code `tooLarge`.
    static func count(_ count: Int, _ operation: Operation) throws(MPIError) -> Int32 {
        guard let small = Int32(exactly: count) else {
            throw MPIError(
                .tooLarge,
                "\(operation.word) of \(count) elements: MPI counts to \(Int32.max); take them in several parts"
            )
        }
        return small
    }
}
