import ParleyDatagrams
import ParleyHandoff
import ParleyStore

/// What a zone knows of one character's things: what it has, the deals that are open, and those that have ended and
/// wait for the world.
struct Dealings: Sendable {
    /// When the store is asked.
    var reader: SheetReader
    /// The account's name; empty if it is not known yet.
    private(set) var name: String
    /// How many events of the store's outbox the world has seen.
    private(set) var seen: UInt64
    /// What it has, as the store last said.
    private(set) var possessions: Possessions?
    /// Events that the world has not seen, at most `CharacterSheet.eventLimit`.
    private var events: [OutboxEvent] = []
    /// Whether the store has more of them.
    private var hasMore = false
    private var deals: [Open] = []

    private struct Open: Sendable {
        let deal: OpenDeal
        /// The mark of the first sheet that shows the deal, if it took place; nil while that is not decided.
        var decidedAt: UInt64?
        /// Whether its event is in this character's outbox, or was: if no sheet shows it, the world has heard of it.
        var hasEvent = false
        /// Whether it never took place.
        var isVoid = false
    }

    /// A character's dealings, with what its seal says. Its open deals were made at an earlier epoch, so they are decided.
    init(_ seal: SealedPlayer?, at now: Duration) {
        let reader = SheetReader(at: now)
        name = seal?.name ?? ""
        seen = seal?.outboxSeen ?? 0
        deals = (seal?.deals ?? []).map { Open(deal: $0, decidedAt: reader.mark) }
        self.reader = reader
    }

    /// The deals without a result, for a seal.
    var open: [OpenDeal] { deals.map(\.deal) }

    /// Whether another deal may be made.
    var isFull: Bool { deals.count >= OpenDeal.limit }

    /// Whether a deal has ended that the world is about to hear of: a zone that lost its memory makes it again.
    func hasEvent(of operation: OperationID) -> Bool {
        events.contains { $0.operation == operation.key }
    }

    /// A deal is made.
    mutating func add(_ deal: OpenDeal) {
        guard !deals.contains(where: { $0.deal.operation == deal.operation }) else { return }
        deals.append(Open(deal: deal))
    }

    /// The store has answered a deal. The next sheet shows what became of it.
    ///
    /// - Parameter hasEvent: Whether the deal of that name has an event for this character.
    mutating func decide(_ operation: OperationID, hasEvent: Bool, at now: Duration) {
        reader.want(at: now)
        for index in deals.indices where deals[index].deal.operation == operation {
            deals[index].decidedAt = reader.mark
            deals[index].hasEvent = hasEvent
        }
    }

    /// Takes a sheet of the store.
    mutating func receive(_ sheet: CharacterSheet, mark: UInt64, at now: Duration) {
        guard reader.receive(mark, at: now) else { return }
        name = sheet.name?.text ?? name
        possessions = sheet.possessions
        events = sheet.events.filter { $0.number > seen }
        hasMore = sheet.events.count >= CharacterSheet.eventLimit
        guard !hasMore else { return }
        let shown = Set(events.map(\.operation))
        for index in deals.indices.reversed()
        where !shown.contains(deals[index].deal.operation.key) {
            guard let decided = deals[index].decidedAt, decided <= mark else { continue }
            if deals[index].hasEvent {
                deals.remove(at: index)
            } else {
                deals[index].isVoid = true
            }
        }
    }

    /// Whether a deal has ended that the world has not heard of.
    var hasNews: Bool { !events.isEmpty || deals.contains(where: \.isVoid) }

    /// The next deal that has ended, and what follows from it; nil if the world has seen all.
    ///
    /// - Parameter isApplied: Whether the world has applied the request that a deal is named after. A zone that lost
    ///   its memory gets the results of requests that it will apply again: they wait for that.
    mutating func next(
        of character: CharacterID, at now: Duration, isApplied: (OperationID) -> Bool
    ) -> (deal: FinishedDeal, cause: DealCause)? {
        if let event = events.first, let operation = OperationID(key: event.operation),
            isApplied(operation)
        {
            events.removeFirst()
            seen = event.number
            deals.removeAll { $0.deal.operation == operation }
            if events.isEmpty, hasMore { reader.want(at: now) }
            let deal = FinishedDeal(
                operation: operation, result: event.result, note: Datagram(bytes: event.note))
            return (deal, DealCause(event: event.number, of: character))
        }
        guard let index = deals.firstIndex(where: \.isVoid) else { return nil }
        let (operation, note) = (deals[index].deal.operation, deals[index].deal.note)
        deals.remove(at: index)
        let deal = FinishedDeal(operation: operation, result: nil, note: note)
        return (deal, DealCause(voidDeal: operation, of: character))
    }
}
