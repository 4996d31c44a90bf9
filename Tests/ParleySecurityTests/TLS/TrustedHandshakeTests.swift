import ParleySecurity
import TestNetworks
import Testing

/// How clients verify servers, and the errors for servers that they refuse.
@Suite struct TrustedHandshakeTests {
    /// 2030-03-17.
    private let now: Int64 = 1_900_000_000

    private func failure(_ pair: EnginePair) -> TLSError? {
        do throws(TLSError) {
            while true {
                try pair.server.receive(pair.client.takeOutput())
                let output = pair.server.takeOutput()
                if output.isEmpty { return nil }
                try pair.client.receive(output)
            }
        } catch { return error }
    }

    @Test func neitherNameNorDateMattersWithAPin() throws {
        let identity = try TLSIdentity(generatedFor: ["elsewhere"], validFrom: 0, until: 10)
        try EnginePair(identity: identity, host: "localhost", time: now).handshake()
    }

    @Test func aWrongPinIsFound() throws {
        let identity = try TLSIdentity()
        let expected = try TLSIdentity().pin
        let pair = try EnginePair(identity: identity, trust: .pin(expected))
        #expect(failure(pair) == .wrongKey(expected: expected, offered: identity.pin))
        // The server hears of it, and nothing can be sealed.
        #expect(throws: TLSError.alert(TLSAlert(code: 40))) {
            try pair.server.receive(pair.client.takeOutput())
        }
        #expect(pair.client.engine.sealingCapacity == 0)
    }

    @Test func anInvitePins() throws {
        let identity = try TLSIdentity()
        let invite = try Invite(host: "localhost", port: 9_099, pin: identity.pin)
        let pair = try EnginePair(identity: identity, trust: .invite(Invite(invite.text)))
        try pair.handshake()
    }

    private func pair(
        names: [String], host: String, validFrom: Int64 = 0, until: Int64 = TLSIdentity.never
    ) throws -> EnginePair {
        let folder = try Folder()
        let identity = try TLSIdentity(generatedFor: names, validFrom: validFrom, until: until)
        let file = try folder.write(identity.certificatesPEM, to: "authority.pem", mode: 0o644)
        return try EnginePair(
            identity: identity, trust: .authority(file: file), host: host, time: now)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "::1", "LOCALHOST"])
    func anAuthorityFileMayHaveTheServerItself(host: String) throws {
        let pair = try pair(names: TLSIdentity.loopbackNames, host: host)
        try pair.handshake()
        #expect(pair.client.engine.peer?.verification == .authority)
    }

    @Test(arguments: ["example.org", "10.0.0.1", "sub.localhost"])
    func aWrongNameIsFound(host: String) throws {
        let pair = try pair(names: TLSIdentity.loopbackNames, host: host)
        #expect(failure(pair) == .certificate(.wrongName(expected: host)))
    }

    @Test func datesAreJudgedByTheCallersTime() throws {
        let expired = try pair(names: ["localhost"], host: "localhost", until: now - 1)
        #expect(failure(expired) == .certificate(.expired))
        let early = try pair(names: ["localhost"], host: "localhost", validFrom: now + 1)
        #expect(failure(early) == .certificate(.notYetValid))
        let due = try pair(
            names: ["localhost"], host: "localhost", validFrom: now - 1, until: now + 1)
        try due.handshake()
    }

    @Test func aCertificateOfAnotherAuthorityIsRefused() throws {
        let folder = try Folder()
        let other = try TLSIdentity()
        let file = try folder.write(other.certificatesPEM, to: "authority.pem", mode: 0o644)
        let pair = try EnginePair(trust: .authority(file: file))
        #expect(failure(pair) == .certificate(.untrusted))
        let publicly = try EnginePair(trust: .system)
        #expect(failure(publicly) == .certificate(.untrusted))
    }

    @Test func unknownServersAreAskedAbout() throws {
        let folder = try Folder()
        let identity = try TLSIdentity()
        let file = folder.path("servers")
        let first = try EnginePair(identity: identity, trust: .knownServers(file: file))
        #expect(failure(first) == .unknownServer(offered: identity.pin))
        var servers = KnownServers()
        servers.add(identity.pin, host: "localhost", port: 9_099)
        try servers.write(to: file)
        try EnginePair(identity: identity, trust: .knownServers(file: file)).handshake()
        let impostor = try TLSIdentity()
        let third = try EnginePair(identity: impostor, trust: .knownServers(file: file))
        #expect(failure(third) == .wrongKey(expected: identity.pin, offered: impostor.pin))
    }

    @Test func aZoneIsNoPartOfTheServersName() throws {
        let pair = try pair(names: ["fe80::1"], host: "fe80::1%eth0")
        try pair.handshake()
    }

    @Test func aClientNeedsAHost() throws {
        let context = try TLSClientContext(trust: .pin(TLSIdentity().pin))
        #expect(throws: TLSTrustError.invalidHost("a b")) {
            try TLSEngine(connecting: context, host: "a b", port: 1, time: now)
        }
    }
}
