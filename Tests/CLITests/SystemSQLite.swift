import Foundation
import Glibc
import Testing

/// The system's SQLite, to write what no version of ours writes.
struct SystemSQLite {
    private typealias Open =
        @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    private typealias Execute =
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>, OpaquePointer?, OpaquePointer?, OpaquePointer?
        ) -> Int32
    private typealias Close = @convention(c) (OpaquePointer?) -> Int32
    private let library: UnsafeMutableRawPointer

    init?() {
        guard let library = dlopen("libsqlite3.so.0", RTLD_NOW) else {
            print("skipped: there is no libsqlite3.so.0 here")
            return nil
        }
        self.library = library
    }

    func execute(_ sql: String, in path: String) {
        func function<F>(_ name: String, _: F.Type) -> F { unsafeBitCast(dlsym(library, name), to: F.self) }
        var database: OpaquePointer?
        #expect(function("sqlite3_open", Open.self)(path, &database) == 0)
        #expect(function("sqlite3_exec", Execute.self)(database, sql, nil, nil, nil) == 0)
        _ = function("sqlite3_close", Close.self)(database)
    }
}
