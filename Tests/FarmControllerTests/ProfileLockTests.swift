import FarmStore
import Foundation
import Synchronization
import Testing

@testable import FarmController

/// Who may be a profile's controller.
@Suite struct ProfileLockTests {
    /// Removed with the test.
    private final class Place: Sendable {
        let path = NSTemporaryDirectory() + "lock-\(UUID().uuidString)"
        var profile: String { "\(path)/profile" }
        var record: String { "\(profile)/controller.lock" }

        init() throws {
            try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func take(
            _ kind: FileSystemKind = .local, host: String = "here"
        ) throws(ControllerError) -> ProfileLock {
            try ProfileLock(record, what: "profile p", kind: kind, host: host)
        }

        var text: String { (try? String(contentsOfFile: record, encoding: .utf8)) ?? "" }
    }

    private func code(_ body: () throws -> Void) -> ControllerError.Code? {
        do { try body() } catch { return (error as? ControllerError)?.code }
        return nil
    }

    @Test func `of many hosts that start at the same moment one has the profile`() throws {
        for _ in 0..<20 {
            let place = try Place()
            let taken = Mutex<[ProfileLock]>([])
            let refusals = Mutex<[ControllerError]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                do throws(ControllerError) {
                    let lock = try place.take(.network("NFS"), host: "host-\(number)")
                    taken.withLock { $0.append(lock) }
                } catch {
                    refusals.withLock { $0.append(error) }
                }
            }
            #expect(taken.withLock { $0.count } == 1)
            #expect(refusals.withLock { $0 }.allSatisfy { $0.code == .profileInUse })
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.profile) == ["controller.lock"])
        }
    }

    @Test func `what one that died while it took the lock has left is told, and not guessed away`() throws {
        let place = try Place()
        #expect(FileManager.default.createFile(atPath: place.record + ".taking", contents: nil))
        do {
            _ = try place.take(.network("NFS"))
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .profileInUse && error.message.contains("controller.lock.taking"))
        }
    }

    @Test func `a lock file that is removed lets nobody in, and is put back`() throws {
        let place = try Place()
        let lock = try place.take()
        let text = place.text
        #expect(text.contains("host=here\n"))
        for damage in ["removed", "emptied"] {
            if damage == "removed" {
                try FileManager.default.removeItem(atPath: place.record)
            } else {
                try Data().write(to: URL(fileURLWithPath: place.record))
            }
            #expect(code { _ = try place.take() } == .profileInUse)
            try lock.beat()
            #expect(place.text == text, "\(damage)")
        }
    }

    @Test func `another host that has taken the profile is noticed, and its record left alone`() throws {
        let place = try Place()
        do {
            let lock = try place.take(.network("NFS"))
            try Data().write(to: URL(fileURLWithPath: place.record))
            let other = try place.take(.network("NFS"), host: "there")
            #expect(code { try lock.beat() } == .profileInUse)
            try other.beat()
            withExtendedLifetime(other) {}
            #expect(place.text.contains("host=there\n"))
            other.leaveRecord()
        }
        #expect(place.text.contains("host=there\n"))
    }

    @Test(arguments: [FileSystemKind.local, .network("NFS")])
    func `a profile that was moved, removed or replaced is noticed`(_ kind: FileSystemKind) throws {
        for replaced in [false, true] {
            let place = try Place()
            let lock = try place.take(kind)
            try FileManager.default.moveItem(atPath: place.profile, toPath: place.path + "/elsewhere")
            if replaced {
                try FileManager.default.createDirectory(
                    atPath: place.profile, withIntermediateDirectories: true)
            }
            #expect(code { try lock.beat() } == .badProfile)
        }
    }

    @Test func `a record that came with a copy of the profile keeps nobody out`() throws {
        let place = try Place()
        let lock = try place.take(.network("NFS"), host: "here")
        let copy = try Place()
        try FileManager.default.copyItem(atPath: place.record, toPath: copy.record)
        let other = try copy.take(.network("NFS"), host: "here")
        #expect(copy.text != place.text)
        try lock.beat()
        try other.beat()
    }

    @Test func `a lock that is given back is empty`() throws {
        let place = try Place()
        do {
            let lock = try place.take()
            withExtendedLifetime(lock) { #expect(place.text.contains("pid=\(getpid())\n")) }
        }
        #expect(place.text == "")
        _ = try place.take()
    }
}
