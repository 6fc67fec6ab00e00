import TaskFarm

/// Arrays of numbers in NumPy's own file format (`.npy`, versions 1 to 3): a magic word, a line of Python
/// that says what it is, and the items.
enum NumpyFile {
    /// Why a file cannot be read.
    struct Fault: Error {
        var message: String
    }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The file's bytes.
    static func encode(_ array: NumberArray) -> [UInt8] {
        let letter = array.kind == .bool ? "b" : String(UnicodeScalar(array.kind.rawValue))
        let mark = array.itemBytes == 1 ? "|" : "<"
        let shape =
            array.extents.map(String.init).joined(separator: ", ") + (array.extents.count == 1 ? "," : "")
        var header =
            "{'descr': '\(mark)\(letter)\(array.itemBytes)', 'fortran_order': False, 'shape': (\(shape)), }"
        // So that the items begin at a multiple of 64.
        let room = 64 - (magic.count + 4 + header.utf8.count + 1) % 64
        header += String(repeating: " ", count: room % 64) + "\n"
        let length = UInt16(header.utf8.count)
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + header.utf8 + array.bytes
    }

    /// The array in a file.
    static func decode(_ file: [UInt8]) throws(Fault) -> NumberArray {
        guard file.count >= 12, file.starts(with: magic), (1...3).contains(file[6]) else {
            throw Fault(message: "this is no .npy file of version 1 to 3")
        }
        let isShort = file[6] == 1
        var length = Int(file[8]) | Int(file[9]) << 8
        if !isShort { length |= Int(file[10]) << 16 | Int(file[11]) << 24 }
        let start = isShort ? 10 : 12
        guard file.count >= start + length else { throw Fault(message: "the file ends within its header") }
        let header = String(decoding: file[start..<start + length], as: UTF8.self)
        guard let kind = header.firstMatch(of: #/'descr': *'([<|=>])(\w)(\d+)'/#),
            let shape = header.firstMatch(of: #/'shape': *\(([\d, ]*)\)/#)
        else { throw Fault(message: "it holds no plain array of numbers: \(header.prefix(80))") }
        guard kind.1 != ">", !header.contains("'fortran_order': True") else {
            throw Fault(
                message: "its items are not in C order, little-endian; save it by numpy.ascontiguousarray")
        }
        guard let letter = kind.2.utf8.first, let wanted = NumberArray.Kind(rawValue: letter),
            let size = Int(kind.3)
        else { throw Fault(message: "items of the kind \(kind.2)\(kind.3) are no numbers") }
        let extents = shape.1.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
        do throws(PayloadError) {
            return try NumberArray(
                wanted, itemBytes: size, extents: extents, bytes: Array(file[(start + length)...]))
        } catch {
            throw Fault(message: error.message)
        }
    }
}
