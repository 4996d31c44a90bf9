/// The tickets that a zone has taken, so that each is taken once.
///
/// A ticket is remembered until it has expired. A full ledger takes no more tickets: the players ask for new
/// ones until there is room.
package struct TicketLedger: Sendable {
    private var expiries: [TicketID: UInt64] = [:]
    private let limit: Int

    /// An empty ledger.
    ///
    /// - Parameter limit: How many tickets are remembered at the most.
    package init(limit: Int = 16_384) {
        self.limit = limit
    }

    /// How many tickets are remembered.
    package var count: Int { expiries.count }

    /// Takes a ticket.
    ///
    /// - Parameter second: Now, in seconds since 1970.
    /// - Returns: False if it is not valid now, was taken before, or if the ledger is full.
    package mutating func take(_ ticket: Ticket, at second: UInt64) -> Bool {
        guard ticket.isValid(at: second), expiries[ticket.id] == nil else { return false }
        if expiries.count >= limit { removeExpired(at: second) }
        guard expiries.count < limit else { return false }
        expiries[ticket.id] = ticket.expires
        return true
    }

    private mutating func removeExpired(at second: UInt64) {
        expiries = expiries.filter { _, expires in
            let (last, isOver) = expires.addingReportingOverflow(Ticket.skew)
            return isOver || last >= second
        }
    }
}
