import ParleyDatagrams
import ParleyHandoff
import Testing

/// Tickets as values.
@Suite struct TicketTests {
    private func ticket(_ id: UInt64 = 1) -> Ticket {
        Ticket(
            character, account: 1, owner: target, login: login, second: 1_000,
            id: TicketID(high: 0, low: id))
    }

    private func take(_ ledger: inout TicketLedger, _ ticket: Ticket, at second: UInt64) -> Bool {
        ledger.take(ticket, at: second)
    }

    @Test(arguments: [(994, false), (995, true), (1_000, true), (1_065, true), (1_066, false)])
    func aTicketIsValidForAMinute(_ second: UInt64, _ isValid: Bool) {
        #expect(ticket().isValid(at: second) == isValid)
    }

    @Test func aTicketThatClaimsALongLifeIsNotValid() {
        var long = ticket()
        long.expires = .max
        #expect(!long.isValid(at: 1_000))
        long.notBefore = .max
        #expect(!long.isValid(at: 1_000))
    }

    @Test func aTicketIsTakenOnce() {
        var ledger = TicketLedger()
        #expect(take(&ledger, ticket(), at: 1_000))
        #expect(!take(&ledger, ticket(), at: 1_001))
        #expect(take(&ledger, ticket(2), at: 1_001))
    }

    @Test func aFullLedgerTakesNoneUntilSomeHaveExpired() {
        var ledger = TicketLedger(limit: 1)
        #expect(take(&ledger, ticket(1), at: 1_000))
        #expect(!take(&ledger, ticket(2), at: 1_000))
        var later = ticket(3)
        (later.notBefore, later.expires) = (1_066, 1_100)
        #expect(take(&ledger, later, at: 1_066))
        #expect(ledger.count == 1)
    }

    /// Stands for AES-GCM: it turns every byte, and knows its own by a mark at the end.
    private struct Turner: TicketSealer {
        func seal(_ plain: Datagram) -> Datagram? { Datagram(bytes: plain.bytes.map { ~$0 } + [7]) }
        func open(_ sealed: Datagram) -> Datagram? {
            sealed.bytes.last == 7 ? Datagram(bytes: sealed.bytes.dropLast().map { ~$0 }) : nil
        }
    }

    @Test func aSealedTicketIsOpened() throws {
        var sealer = Turner()
        let sealed = try #require(try ticket().sealed(by: &sealer))
        #expect(sealed.count <= Ticket.sealedLimit)
        #expect(Ticket(opening: sealed, by: sealer) == ticket())
        #expect(Ticket(opening: Datagram(bytes: sealed.bytes.dropLast()), by: sealer) == nil)
        #expect(
            Ticket(opening: try #require(sealer.seal(Datagram(bytes: [1, 2, 3]))), by: sealer)
                == nil)
        let long = [UInt8](repeating: 7, count: Ticket.sealedLimit + 1)
        #expect(Ticket(opening: Datagram(bytes: long), by: sealer) == nil)
    }
}
