import ParleySecurity
import TestNetworks
import Testing

/// Handshakes in which both ends show a certificate of a realm's authority.
@Suite struct RealmHandshakeTests {
    /// 2030-03-17.
    private let now: Int64 = 1_900_000_000

    private func pair(
        client: RealmCredentials, server: RealmCredentials, clientTime: Int64? = nil,
        serverTime: Int64? = nil
    ) throws -> EnginePair {
        EnginePair(
            client: try TLSEngine(
                connecting: TLSClientContext(realm: client), host: "10.0.0.1", port: 7000,
                time: clientTime ?? now),
            server: TLSEngine(
                accepting: try TLSServerContext(realm: server), time: serverTime ?? now))
    }

    /// The failures of both ends, once nothing travels any more.
    private func failures(_ pair: EnginePair) -> (client: TLSError?, server: TLSError?) {
        for _ in 0..<10 {
            let (up, down) = (pair.client.takeOutput(), pair.server.takeOutput())
            try? pair.server.receive(up)
            try? pair.client.receive(down)
        }
        func error(_ end: Endpoint) -> TLSError? {
            if case .failed(let error) = end.engine.state { error } else { nil }
        }
        return (error(pair.client), error(pair.server))
    }

    @Test func bothEndsLearnTheOthersName() throws {
        let authority = try RealmAuthority()
        let (north, world) = (try authority.issue("zone:north"), try authority.issue("world:0"))
        let pair = try pair(client: north, server: world)
        try pair.handshake()
        let (client, server) = (pair.client.engine.peer, pair.server.engine.peer)
        #expect(client?.name == "world:0" && client?.verification == .realm)
        #expect(server?.name == "zone:north" && server?.verification == .realm)
        #expect("\(try #require(server))".hasSuffix("verified as zone:north of this realm"))
        try pair.client.say("question")
        try pair.server.say("answer")
        try pair.settle()
        #expect(pair.server.text == "question" && pair.client.text == "answer")
    }

    @Test func aServerOfAnotherRealmIsRefused() throws {
        let (own, other) = (try RealmAuthority(), try RealmAuthority())
        let server = try pair(
            client: own.issue("zone:north"), server: other.issue("world:0"))
        let refusedByClient = failures(server)
        #expect(refusedByClient.client == .certificate(.untrusted))
        #expect(refusedByClient.server == .alert(TLSAlert(code: 48)))
        #expect(server.server.received.isEmpty)
    }

    @Test func aClientWithoutACertificateIsRefused() throws {
        let folder = try Folder()
        let authority = try RealmAuthority()
        let world = try authority.issue("world:0")
        try world.write(to: folder.path("world.pem"))
        let pin = try TLSIdentity(
            certificates: folder.path("world.pem"), key: folder.path("world.pem")
        ).pin
        let pair = EnginePair(
            client: try TLSEngine(
                connecting: TLSClientContext(trust: .pin(pin)), host: "localhost", port: 7000,
                time: now),
            server: TLSEngine(accepting: try TLSServerContext(realm: world), time: now))
        let (client, server) = failures(pair)
        #expect(client == .alert(TLSAlert(code: 116)))
        #expect(server == .protocolViolation("peer did not return a certificate"))
        #expect(pair.server.engine.peer == nil)
    }

    @Test func datesAreJudgedByEachEndsTime() throws {
        let authority = try RealmAuthority()
        let world = try authority.issue("world:0")
        let old = try authority.issue("zone:north", validFrom: now - 10, until: now - 1)
        #expect(
            failures(try pair(client: old, server: world)).server == .certificate(.expired))
        #expect(
            failures(try pair(client: world, server: old)).client == .certificate(.expired))
        let early = try authority.issue("zone:north", validFrom: now + 1, until: now + 10)
        #expect(
            failures(try pair(client: early, server: world)).server == .certificate(.notYetValid))
        try pair(client: old, server: world, clientTime: now, serverTime: now - 5).handshake()
        try pair(client: world, server: old, clientTime: now - 5, serverTime: now).handshake()
    }

    @Test func anExpiredAuthorityVouchesForNobody() throws {
        let authority = try RealmAuthority(validFrom: now - 10, until: now - 1)
        let (world, north) = (try authority.issue("world:0"), try authority.issue("zone:north"))
        #expect(
            failures(try pair(client: north, server: world)).client == .certificate(.expired))
    }

    /// The identity of a game's server is none of a realm, and neither is its client.
    @Test func aPlayersServerIsNoneOfTheRealm() throws {
        let north = try RealmAuthority().issue("zone:north")
        let pair = EnginePair(
            client: try TLSEngine(
                connecting: TLSClientContext(realm: north), host: "localhost", port: 7000,
                time: now),
            server: TLSEngine(accepting: try TLSServerContext(identity: TLSIdentity())))
        #expect(failures(pair).client == .certificate(.untrusted))
    }
}
