import Foundation
import Testing

@testable import FarmCredentials

struct IdentityTests {
    @Test func `an identity is made once and kept`() throws {
        let profile = try Profile()
        #expect(try ControllerIdentity.loadOrCreate(profile.directory) == profile.identity)
        try PrivatePath.requirePrivate(file: profile.directory.identity)
        #expect(try Profile().identity.farm != profile.identity.farm)
    }

    @Test(.timeLimit(.minutes(1))) func `those who make an identity at once get the same`() async throws {
        let profile = try Profile()
        unlink(profile.directory.identity)
        let directory = profile.directory
        let farms = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try ControllerIdentity.loadOrCreate(directory).farm } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(farms.count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == [
                "controller.json", "issued", "revoked",
            ])
    }

    @Test func `a damaged identity is refused, not replaced`() throws {
        let profile = try Profile()
        try Data("{}".utf8).write(to: URL(filePath: profile.directory.identity))
        chmod(profile.directory.identity, 0o600)
        #expect(code { try ControllerIdentity.loadOrCreate(profile.directory) } == .malformed)
    }

    @Test func `a directory that others may enter is refused`() throws {
        let profile = try Profile()
        chmod(profile.directory.path, 0o750)
        #expect(code { try SecurityDirectory(profile: profile.path) } == .looseMode)
        #expect(
            message { try SecurityDirectory(profile: profile.path) }.contains(
                "chmod 700 \(profile.directory.path)"))
    }

    @Test func `a symbolic link is no private directory`() throws {
        let profile = try Profile()
        let link = "\(profile.path)/link"
        symlink(profile.directory.path, link)
        #expect(code { try PrivatePath.requirePrivate(directory: link) } == .notRegular)
        #expect(code { try PrivatePath.makeDirectory(link) } == .notRegular)
    }

    @Test func `a command to run quotes its path`() {
        #expect("/tmp/a b".shellWord == "'/tmp/a b'")
        #expect("it's".shellWord == "'it'\\''s'")
        #expect("/plain/x-1.json".shellWord == "/plain/x-1.json")
    }
}

struct RuntimeDirectoryTests {
    @Test func `XDG_RUNTIME_DIR is used where it is private`() throws {
        let profile = try Profile()
        let directory = try RuntimeDirectory.prepare(
            forProfile: profile.path, xdgRuntimeDirectory: profile.path)
        #expect(directory.path.hasPrefix("\(profile.path)/tasks/"))
        #expect(directory.path.utf8.count == profile.path.utf8.count + 7 + 8)
        try PrivatePath.requirePrivate(directory: directory.path)
        #expect(
            try RuntimeDirectory.prepare(forProfile: profile.path, xdgRuntimeDirectory: profile.path)
                == directory)
        #expect(try directory.endpoint("client") == "ipc://\(directory.path)/client")
        #expect(code { try directory.endpoint("a/b") } == .invalidField)
    }

    @Test func `two profiles have two directories, a link to one has the same`() throws {
        let (first, second) = (try Profile(), try Profile())
        let link = "\(second.path)/link"
        symlink(first.path, link)
        let directory = try RuntimeDirectory.prepare(forProfile: first.path, xdgRuntimeDirectory: second.path)
        #expect(
            try RuntimeDirectory.prepare(forProfile: second.path, xdgRuntimeDirectory: second.path)
                != directory)
        #expect(try RuntimeDirectory.prepare(forProfile: link, xdgRuntimeDirectory: second.path) == directory)
    }

    @Test(arguments: ["", "relative", "/no/such/directory", "/tmp", "/" + String(repeating: "x", count: 100)])
    func `an unfit XDG_RUNTIME_DIR falls back to the temporary directory`(xdg: String) throws {
        let profile = try Profile()
        let directory = try RuntimeDirectory.prepare(forProfile: profile.path, xdgRuntimeDirectory: xdg)
        defer { rmdir(directory.path) }
        #expect(directory.path.hasPrefix("/tmp/tasks-\(geteuid())/"))
    }

    @Test func `a directory that is not ours alone is refused`() throws {
        let profile = try Profile()
        let directory = try RuntimeDirectory.prepare(
            forProfile: profile.path, xdgRuntimeDirectory: profile.path)
        chmod(directory.path, 0o755)
        #expect(
            code { try RuntimeDirectory.prepare(forProfile: profile.path, xdgRuntimeDirectory: profile.path) }
                == .looseMode)
        rmdir(directory.path)
        symlink("/tmp", directory.path)
        #expect(
            code { try RuntimeDirectory.prepare(forProfile: profile.path, xdgRuntimeDirectory: profile.path) }
                == .notRegular)
    }

    @Test func `a socket path that is too long is refused`() {
        let directory = RuntimeDirectory(path: "/" + String(repeating: "d", count: 99))
        #expect(code { try directory.endpoint("client") } == nil)
        #expect(code { try directory.endpoint("clients") } == .pathTooLong)
    }
}
