import Testing

@testable import FarmCredentials

struct GrantTests {
    @Test(arguments: Role.allCases, [nil, 4_000_000_000] as [Int64?])
    func `a grant survives its bytes and is as signed`(role: Role, expires: Int64?) throws {
        let profile = try Profile()
        let grant = try profile.issue(role, subject: "Ada Lovelace é", expires: expires).grant
        let bytes = grant.encode()
        #expect(bytes.count <= Grant.maxEncodedBytes)
        let decoded = try Grant(decoding: bytes)
        #expect(decoded == grant)
        #expect(decoded.encode() == bytes)
        try decoded.verify(by: profile.identity, nowUnixSeconds: Profile.now)
    }

    @Test func `the largest grant fits its bound`() throws {
        let profile = try Profile()
        let capability = try profile.issuer.issue(
            role: .admin, subject: String(repeating: "s", count: 64), priorityCap: Int(Int32.min),
            endpoints: (0..<16).map { _ in String(repeating: "e", count: 255) }, expiresAtUnixSeconds: nil)
        let bytes = capability.grant.encode()
        #expect(bytes.count == Grant.maxEncodedBytes)
        #expect(try Grant(decoding: bytes) == capability.grant)
    }

    @Test func `no byte of a grant can be changed`() throws {
        let profile = try Profile()
        let bytes = try profile.issue(expires: Profile.now + 10).grant.encode()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(throws: CredentialError.self, "byte \(index)") {
                try Grant(decoding: changed).verify(by: profile.identity, nowUnixSeconds: Profile.now)
            }
        }
    }

    @Test func `a grant of another farm, controller or time is refused`() throws {
        let profile = try Profile()
        let other = try Profile()
        let grant = try profile.issue(expires: Profile.now).grant
        #expect(code { try grant.verify(by: other.identity, nowUnixSeconds: 0) } == .wrongFarm)
        #expect(code { try grant.verify(by: profile.identity, nowUnixSeconds: Profile.now - 1) } == nil)
        #expect(code { try grant.verify(by: profile.identity, nowUnixSeconds: Profile.now) } == .expired)
        let impostor = ControllerIdentity(
            farm: profile.identity.farm, transportKeys: profile.identity.transportKeys,
            signingKey: try .generate())
        #expect(code { try grant.verify(by: impostor, nowUnixSeconds: 0) } == .badSignature)
        let moved = ControllerIdentity(
            farm: profile.identity.farm, transportKeys: try .generate(),
            signingKey: profile.identity.signingKey)
        #expect(code { try grant.verify(by: moved, nowUnixSeconds: 0) } == .wrongController)
    }

    @Test func `every beginning of a grant is refused`() throws {
        let bytes = try Profile().issue().grant.encode()
        for count in bytes.indices {
            #expect(throws: CredentialError.self) { try Grant(decoding: Array(bytes.prefix(count))) }
        }
        #expect(code { try Grant(decoding: bytes + [0]) } == .malformed)
    }

    @Test func `a later version and an unknown role are told apart`() throws {
        var bytes = try Profile().issue().grant.encode()
        bytes[7] = 2
        #expect(code { try Grant(decoding: bytes) } == .newerFormat)
        bytes[7] = 1
        bytes[8] = 99
        #expect(code { try Grant(decoding: bytes) } == .unknownRole)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 2] as [UInt64])
    func `random and mutated bytes never trap and decode to one form`(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let valid = try Profile().issue(expires: 4_000_000_000).grant.encode()
        for round in 0..<10_000 {
            var bytes = valid
            switch round % 3 {
            case 0:
                bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                    .random(in: 0...255, using: &random)
                }
            case 1:
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = .random(
                        in: 0...255, using: &random)
                }
            default:
                let start = Int.random(in: bytes.indices, using: &random)
                bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...40, using: &random)))
                bytes.insert(
                    contentsOf: (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        .random(in: 0...255, using: &random)
                    },
                    at: Int.random(in: 0...bytes.count, using: &random))
            }
            guard let grant = try? Grant(decoding: bytes) else { continue }
            guard grant.encode() == bytes else {
                Issue.record("seed \(seed), round \(round): decodes to another form")
                return
            }
        }
    }

    @Test(arguments: ["", "a\nb", "\u{7F}", String(repeating: "x", count: 65), "a\u{85}"])
    func `a subject that would confuse a log is not issued`(subject: String) throws {
        let profile = try Profile()
        #expect(code { try profile.issue(subject: subject) } == .invalidField)
    }

    @Test func `a user id survives its text, colons and all`() throws {
        let id = UserID(role: .multiengineClient, serial: "0123456789abcdef", subject: "a:b:c")
        #expect(UserID(text: id.text) == id)
        for text in ["", "engine", "engine:1:x", "king:0123456789abcdef:x", "engine:0123456789abcdef:"] {
            #expect(UserID(text: text) == nil)
        }
    }

    @Test func `Ed25519 agrees with RFC 8032`() throws {
        let seed = try #require(
            Hex.decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", byteCount: 32))
        let key = try SigningKey(seed: Secret(seed))
        #expect(
            Hex.encode(key.verifyingKey.bytes)
                == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        let signature = try key.sign([])
        #expect(
            Hex.encode(signature).hasPrefix(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"))
        #expect(key.verifyingKey.isValid(signature: signature, for: []))
        #expect(!key.verifyingKey.isValid(signature: signature, for: [0]))
        #expect(!key.verifyingKey.isValid(signature: [], for: []))
    }
}
