import Foundation
import Testing

@testable import FarmCredentials

struct KeyRegistryTests {
    @Test func `issued keys are admitted, with what was issued`() throws {
        let profile = try Profile()
        let registry = try KeyRegistry(profile.directory)
        let grant = try profile.issue(.observer, subject: "bob", expires: Profile.now + 1).grant
        guard case .admitted(let key) = registry.verdict(for: grant.publicKey, nowUnixSeconds: Profile.now)
        else {
            Issue.record("refused")
            return
        }
        #expect(key.role == .observer && key.subject == "bob" && key.priorityCap == 10)
        #expect(key.serial == grant.serial && key.expiresAtUnixSeconds == Profile.now + 1)
        #expect(registry.issuedKeys == [key])
        #expect(registry.verdict(forSerial: grant.serial, nowUnixSeconds: Profile.now) == .admitted(key))
    }

    @Test func `unknown, expired and revoked keys are refused`() throws {
        let profile = try Profile()
        let registry = try KeyRegistry(profile.directory)
        let stranger = try TransportKeyPair.generate().publicKey
        #expect(registry.verdict(for: stranger) == .refused(.unknownKey))
        #expect(registry.verdict(forSerial: "../../etc/passwd") == .refused(.unknownKey))
        let old = try profile.issue(expires: Profile.now).grant
        #expect(registry.verdict(for: old.publicKey, nowUnixSeconds: Profile.now) == .refused(.expired))
        let bad = try profile.issue().grant
        let before = registry.generation
        guard case .admitted = registry.verdict(for: bad.publicKey) else {
            Issue.record("refused")
            return
        }
        try profile.issuer.revoke(serial: bad.serial)
        #expect(registry.reload())
        #expect(registry.generation > before)
        #expect(registry.verdict(for: bad.publicKey) == .refused(.revoked))
        #expect(registry.verdict(forSerial: bad.serial) == .refused(.revoked))
        #expect(!registry.reload())
    }

    @Test func `a renewed key is admitted to its new end, a revoked one is not renewed`() throws {
        let profile = try Profile()
        let registry = try KeyRegistry(profile.directory)
        let old = try profile.issue(expires: Profile.now)
        #expect(registry.verdict(for: old.grant.publicKey, nowUnixSeconds: Profile.now) == .refused(.expired))
        let new = try profile.issuer.renew(
            old, endpoints: ["tcp://h:1"], expiresAtUnixSeconds: Profile.now + 9)
        try new.grant.verify(by: profile.identity, nowUnixSeconds: Profile.now)
        #expect(new.grant.serial == old.grant.serial && new.secretKey == old.secretKey)
        guard case .admitted = registry.verdict(for: old.grant.publicKey, nowUnixSeconds: Profile.now) else {
            Issue.record("refused")
            return
        }
        try profile.issuer.revoke(serial: old.grant.serial)
        #expect(code { try profile.issuer.renew(new, expiresAtUnixSeconds: nil) } == .unknownSerial)
        #expect(code { try profile.issuer.revoke(serial: old.grant.serial) } == .unknownSerial)
        #expect(code { try profile.issuer.revoke(serial: "../controller") } == .unknownSerial)
    }

    @Test func `a damaged record is told and keeps nobody else out`() throws {
        let profile = try Profile()
        let good = try profile.issue().grant
        let bad = try profile.issue().grant
        let path = profile.directory.issuedRecord(bad.serial)
        try Data("{".utf8).write(to: URL(filePath: path))
        chmod(path, 0o600)
        try Data("x".utf8).write(to: URL(filePath: "\(profile.directory.issued)/notes.txt"))
        let registry = try KeyRegistry(profile.directory)
        #expect(registry.problems.map(\.code) == [.malformed])
        #expect(registry.verdict(for: bad.publicKey) == .refused(.unknownKey))
        guard case .admitted = registry.verdict(for: good.publicKey) else {
            Issue.record("refused")
            return
        }
    }

    @Test func `a record holds no secret`() throws {
        let profile = try Profile()
        let capability = try profile.issue()
        let text = try String(
            contentsOfFile: profile.directory.issuedRecord(capability.grant.serial), encoding: .utf8)
        #expect(!text.contains(TransportKey.encode(capability.secretKey.reveal())))
        #expect(text.contains(capability.grant.publicKey.z85))
    }
}
