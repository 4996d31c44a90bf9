import ParleySecurity
import Testing

@Suite struct InviteTests {
    static let pin = "abcdefghijklmnopqrstuvwxy4"
    static let secret = "7777777777777777777777777q"

    @Test(arguments: [
        ("parley:example.org:9099#\(pin)", "example.org", 9_099),
        ("parley:localhost:1#\(pin)", "localhost", 1),
        ("parley:10.0.0.7:65535#\(pin)", "10.0.0.7", 65_535),
        ("parley:[2001:db8::1]:9099#\(pin)", "2001:db8::1", 9_099),
        ("parley:[::ffff:10.0.0.7]:9099#\(pin)", "::ffff:10.0.0.7", 9_099),
    ])
    func readsWhatItPrints(text: String, host: String, port: UInt16) throws {
        let invite = try Invite(text)
        #expect(invite.host == host && invite.port == port && invite.joinSecret == nil)
        #expect(invite.text == text && invite.description == text)
        let closed = try Invite(text + "." + Self.secret)
        #expect(closed.joinSecret?.text == Self.secret)
        #expect(closed.text == text + "." + Self.secret)
        #expect(closed.pin == invite.pin)
    }

    @Test func readsCapitals() throws {
        let invite = try Invite("parley:h:1#\(Self.pin.uppercased()).\(Self.secret.uppercased())")
        #expect(try invite == Invite("parley:h:1#\(Self.pin).\(Self.secret)"))
    }

    @Test func descriptionsKeepTheSecret() throws {
        let invite = try Invite("parley:h:1#\(Self.pin).\(Self.secret)")
        let secret = try #require(invite.joinSecret)
        for text in ["\(invite)", "\(secret)", invite.description] {
            #expect(!text.contains(Self.secret))
        }
    }

    @Test(arguments: [
        ("", InviteError.malformed), ("parley:", .malformed), ("parley:h:1", .malformed),
        ("http://h:1#\(pin)", .malformed), ("parley:h#\(pin)", .malformed),
        ("parley::1#\(pin)", .invalidHost), ("parley:a b:1#\(pin)", .invalidHost),
        ("parley:a\0:1#\(pin)", .invalidHost), ("parley:::1:1#\(pin)", .invalidHost),
        ("parley:[::1:1#\(pin)", .invalidHost), ("parley:[h]:1#\(pin)", .invalidHost),
        ("parley:-h:1#\(pin)", .invalidHost), ("parley:h..i:1#\(pin)", .invalidHost),
        ("parley:grüße:1#\(pin)", .invalidHost), ("parley:h\u{301}:1#\(pin)", .invalidHost),
        ("parley:10.0.0:1#\(pin)", .invalidHost), ("parley:[::1::]:1#\(pin)", .invalidHost),
        ("parley:h:0#\(pin)", .invalidPort), ("parley:h:#\(pin)", .invalidPort),
        ("parley:h:65536#\(pin)", .invalidPort), ("parley:h:+1#\(pin)", .invalidPort),
        ("parley:h:01#\(pin)", .invalidPort), ("parley:h:١#\(pin)", .invalidPort),
        ("parley:h:1#", .invalidPin), ("parley:h:1#\(pin.dropLast())", .invalidPin),
        ("parley:h:1#\(pin)4", .invalidPin), ("parley:h:1#\(pin.dropLast())1", .invalidPin),
        // Two of the 130 bits of 26 characters mean nothing, so they must be zero.
        ("parley:h:1#\(pin.dropLast())5", .invalidPin),
        ("parley:h:1#\(pin).", .invalidJoinSecret),
        ("parley:h:1#\(pin).\(secret)7", .invalidJoinSecret),
        ("parley:h:1#\(pin).\(secret).", .invalidJoinSecret),
        ("parley:" + String(repeating: "h", count: 400) + ":1#\(pin)", .tooLong(limit: 360)),
    ])
    func refusesEverythingElse(text: String, error: InviteError) {
        #expect(throws: error) { try Invite(text) }
    }

    @Test func joinSecretsAreNew() {
        #expect(JoinSecret() != JoinSecret())
        #expect(JoinSecret(Self.secret) == JoinSecret(Self.secret.uppercased()))
    }
}
