import ParleyDatagrams
import ParleyHandoff
import ParleySecurity
import ParleyStore
import TestNetworks
import Testing

@testable import ParleyZones

/// Tickets and proofs of sessions under real keys.
@Suite struct TicketKeyRingTests {
    private let ring = TicketKeyRing(KeyRing())
    private let character = CharacterID(rawValue: 7)
    private let login = LoginNumber(rawValue: 3)
    private let name: AccountName

    init() throws {
        name = try #require(AccountName(String(repeating: "n", count: AccountName.longest)))
    }

    private func ticket() throws -> Ticket {
        let zone = try #require(ZoneName("a-zone-with-the-longest-name-32b"))
        let owner = Owner(
            ZoneProcess(zone, Incarnation(rawValue: 1)), Epoch(generation: 1, number: 2))
        return Ticket(
            character, account: 1, owner: owner, login: login, second: 1_000,
            id: TicketID(high: 1, low: 2))
    }

    private func proof(life: UInt64 = SessionProof.longestLife) -> SessionProof {
        SessionProof(
            character, account: 9, login: login, name: name, second: 1_000, life: life)
    }

    @Test func aTicketIsOpenedByAllWhoShareTheKeys() throws {
        let folder = try Folder()
        let path = folder.path("tickets")
        var world = try TicketKeyRing(keptIn: path)
        let sealed = try #require(try ticket().sealed(by: &world))
        #expect(sealed.count <= Ticket.sealedLimit)
        let zone = try TicketKeyRing(keptIn: path)
        #expect(Ticket(opening: sealed, by: zone) == (try ticket()))
        #expect(Ticket(opening: sealed, by: ring) == nil, "keys of another realm")
        // The zone has the ticket's key for as long as it is in the file.
        try KeyRing.rotate(fileAt: path)
        #expect(Ticket(opening: sealed, by: try TicketKeyRing(keptIn: path)) == (try ticket()))
        world = try TicketKeyRing(keptIn: path)
        let newer = try #require(try ticket().sealed(by: &world))
        #expect(Ticket(opening: newer, by: zone) == nil, "a key that the zone does not know yet")
    }

    @Test func aForgedTicketIsNone() throws {
        var ring = ring
        let sealed = try #require(try ticket().sealed(by: &ring)).bytes
        for index in sealed.indices {
            var forged = sealed
            forged[index] ^= 0x40
            #expect(Ticket(opening: Datagram(bytes: forged), by: ring) == nil, "byte \(index)")
            #expect(Ticket(opening: Datagram(bytes: sealed[..<index]), by: ring) == nil)
        }
        #expect(Ticket(opening: Datagram(bytes: sealed + [0]), by: ring) == nil)
    }

    @Test func aTicketIsNoProofAndAProofNoTicket() throws {
        var ring = ring
        let ticket = try #require(try ticket().sealed(by: &ring))
        let proof = try #require(proof().sealed(by: ring))
        #expect(SessionProof(opening: ticket, by: ring, at: 1_000) == nil)
        #expect(Ticket(opening: proof, by: ring) == nil)
        #expect(ring.open(proof) == nil)
        // Nor is the plain text of one, sealed as the other.
        let plain = try #require(ring.keys.open(proof.bytes, domain: "parley session proof 1"))
        let other = try #require(ring.seal(Datagram(bytes: plain)))
        #expect(SessionProof(opening: other, by: ring, at: 1_000) == nil)
    }

    @Test func aProofIsOpened() throws {
        let sealed = try #require(proof().sealed(by: ring))
        #expect(
            sealed.count == 64 + AccountName.longest && sealed.count <= SessionProof.sealedLimit)
        #expect(SessionProof(opening: sealed, by: ring, at: 1_000) == proof())
        #expect(SessionProof(opening: sealed, by: TicketKeyRing(KeyRing()), at: 1_000) == nil)
        for index in sealed.bytes.indices {
            var forged = sealed.bytes
            forged[index] ^= 1
            #expect(SessionProof(opening: Datagram(bytes: forged), by: ring, at: 1_000) == nil)
            let short = Datagram(bytes: sealed.bytes[..<index])
            #expect(SessionProof(opening: short, by: ring, at: 1_000) == nil)
        }
        let long = Datagram(bytes: [UInt8](repeating: 1, count: SessionProof.sealedLimit + 1))
        #expect(SessionProof(opening: long, by: ring, at: 1_000) == nil)
    }

    @Test(
        arguments: [
            (60, 1_000, true), (60, 1_060, true), (60, 1_061, false), (60, 995, true),
            (100_000, 87_400, true), (100_000, 87_401, false), (100_000, 995, true),
            (100_000, 994, false),
        ] as [(UInt64, UInt64, Bool)])
    func aProofIsValidForADayAtTheMost(life: UInt64, second: UInt64, isValid: Bool) throws {
        let sealed = try #require(proof(life: life).sealed(by: ring))
        #expect((SessionProof(opening: sealed, by: ring, at: second) != nil) == isValid)
    }

    @Test func exhaustedKeysSealNothing() throws {
        let key = RandomNonceSealer(key: Secret(randomCount: 32), limit: 1)
        var ring = TicketKeyRing(KeyRing([1: key]))
        #expect(try ticket().sealed(by: &ring) != nil)
        #expect(try ticket().sealed(by: &ring) == nil)
        #expect(proof().sealed(by: ring) == nil)
    }
}
