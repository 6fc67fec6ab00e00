import Foundation
import Testing

@testable import FarmCredentials

struct CapabilityTests {
    @Test(arguments: [nil, 4_000_000_000] as [Int64?])
    func `a capability survives its file, which is private`(expires: Int64?) throws {
        let profile = try Profile()
        let capability = try profile.issue(.launcher, expires: expires)
        let file = "\(profile.path)/launcher.json"
        let mask = umask(0)
        defer { umask(mask) }
        try capability.save(path: file)
        try PrivatePath.requirePrivate(file: file)
        let loaded = try Capability.load(path: file)
        #expect(loaded == capability)
        try loaded.grant.verify(by: profile.identity)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: profile.path).sorted() == [
                "launcher.json", "security",
            ])
    }

    @Test func `a file with no end says null`() throws {
        let profile = try Profile()
        let file = "\(profile.path)/x.json"
        try profile.issue().save(path: file)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("\"expires\" : null"))
    }

    @Test func `a missing file says so`() throws {
        let path = "\(try Profile().path)/none.json"
        #expect(code { try Capability.load(path: path) } == .missing)
        #expect(message { try Capability.load(path: path) }.contains(path))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o601] as [mode_t])
    func `a looser mode is refused with the command that repairs it`(mode: mode_t) throws {
        let profile = try Profile()
        let file = try profile.saved(profile.issue())
        chmod(file, mode)
        #expect(code { try Capability.load(path: file) } == .looseMode)
        #expect(message { try Capability.load(path: file) }.contains("chmod 600 \(file)"))
        chmod(file, 0o400)
        _ = try Capability.load(path: file)
    }

    @Test(.enabled(if: geteuid() == 0)) func `a file of another user is refused`() throws {
        let profile = try Profile()
        let file = try profile.saved(profile.issue())
        chown(file, 12345, 12345)
        #expect(code { try Capability.load(path: file) } == .wrongOwner)
    }

    @Test(arguments: ["", "{", "[]", "null", "\u{0}", "{\"format\": \"one\"}", "{\"format\": 1"])
    func `what is no capability is refused`(text: String) throws {
        let file = "\(try Profile().path).json"
        defer { unlink(file) }
        try Data(text.utf8).write(to: URL(filePath: file))
        chmod(file, 0o600)
        #expect(code { try Capability.load(path: file) } == .malformed)
    }

    @Test func `a directory or an endless device is refused`() throws {
        let profile = try Profile()
        #expect(code { try Capability.load(path: profile.path) } == .notRegular)
        #expect(code { try Capability.load(path: "/dev/zero") } == .notRegular)
        let file = "\(profile.path)/large.json"
        try Data(count: 70_000).write(to: URL(filePath: file))
        chmod(file, 0o600)
        #expect(code { try Capability.load(path: file) } == .malformed)
    }

    static let fields = [
        "format", "farm", "serial", "role", "subject", "priority_cap", "endpoints", "controller_key",
        "public_key",
        "secret_key", "signature",
    ]

    @Test(arguments: fields)
    func `a missing field is named`(field: String) throws {
        let profile = try Profile()
        let file = try profile.saved(profile.issue()) { $0[field] = nil }
        #expect(code { try Capability.load(path: file) } == .malformed)
        #expect(message { try Capability.load(path: file) }.contains(field))
    }

    @Test(arguments: fields)
    func `a field of a wrong type is named`(field: String) throws {
        let profile = try Profile()
        let file = try profile.saved(profile.issue()) { $0[field] = ["x": 1] }
        #expect(code { try Capability.load(path: file) } == .malformed)
        #expect(message { try Capability.load(path: file) }.contains(field))
    }

    @Test func `a later format, an unknown role and an expired file are told apart`() throws {
        let profile = try Profile()
        let later = try profile.saved(profile.issue()) { $0["format"] = 2 }
        #expect(code { try Capability.load(path: later) } == .newerFormat)
        let king = try profile.saved(profile.issue()) { $0["role"] = "king" }
        #expect(code { try Capability.load(path: king) } == .unknownRole)
        let old = try profile.saved(profile.issue(expires: Profile.now))
        #expect(code { try Capability.load(path: old, nowUnixSeconds: Profile.now) } == .expired)
        #expect(
            message { try Capability.load(path: old, nowUnixSeconds: Profile.now) }.contains("2027-01-15"))
        #expect(code { try Capability.load(path: old, nowUnixSeconds: Profile.now - 1) } == nil)
    }

    @Test(arguments: [
        ("farm", "0123456789abcdef"), ("serial", "0123456789abcdef"), ("role", "admin"), ("subject", "eve"),
        ("priority_cap", "11"), ("expires", "2099-01-01T00:00:00Z"), ("endpoints", "tcp://evil:1"),
        ("controller_key", ""), ("public_key", ""), ("secret_key", ""), ("signature", ""),
    ])
    func `a tampered field is refused`(field: String, value: String) throws {
        let profile = try Profile()
        let other = try Profile()
        let stranger = try other.saved(other.issue())
        let strange = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: stranger))) as? [String: Any])
        let file = try profile.saved(profile.issue(.engine, expires: 4_000_000_000)) { object in
            switch field {
            case "priority_cap": object[field] = Int(value)
            case "endpoints": object[field] = [value]
            case _ where value.isEmpty: object[field] = strange[field]
            default: object[field] = value
            }
        }
        #expect(throws: CredentialError.self) {
            try Capability.load(path: file).grant.verify(by: profile.identity, nowUnixSeconds: Profile.now)
        }
    }

    @Test func `no secret is ever shown`() throws {
        let profile = try Profile()
        let capability = try profile.issue()
        let pair = profile.identity.transportKeys
        let secrets = [
            TransportKey.encode(capability.secretKey.reveal()), TransportKey.encode(pair.secretKey.reveal()),
            Data(profile.identity.signingKey.seed.reveal()).base64EncodedString(),
            "\(capability.secretKey.reveal())",
            "\(pair.secretKey.reveal())", "\(profile.identity.signingKey.seed.reveal())",
        ].map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "[]")) }
        var dumped = ""
        dump(capability, to: &dumped)
        dump(profile.identity, to: &dumped)
        dump(profile.issuer, to: &dumped)
        dump(capability.secretKey, to: &dumped)
        let values: [Any] = [
            capability, profile.identity, profile.issuer, pair, profile.identity.signingKey,
            capability.secretKey,
            pair.secretZ85,
        ]
        let texts = values.flatMap { [String(describing: $0), String(reflecting: $0)] } + [dumped]
        for text in texts { for secret in secrets { #expect(!text.contains(secret)) } }
        #expect("\(capability.secretKey)" == "<redacted>")
        #expect(String(reflecting: capability.secretKey) == "<redacted>")
    }

    @Test func `errors about a file with a secret do not show it`() throws {
        let profile = try Profile()
        let capability = try profile.issue()
        let secret = TransportKey.encode(capability.secretKey.reveal())
        for field in CapabilityTests.fields where field != "subject" {
            let file = try profile.saved(capability) { $0[field] = secret + "!" }
            let text = message { try Capability.load(path: file) }
            #expect(!text.isEmpty && !text.contains(secret))
        }
    }
}
