import ParleyProtocol

/// A player's place by the session number in a packet's header: an index, and a comparison.
struct SlotTable: Sendable {
    private var slots: SessionSlots
    /// The place of the session in each slot; -1 for a free one.
    private var places: [Int32]

    /// Slots for so many players, and as many more, so that a slot stays free for a while.
    init(players: Int, start: UInt64) {
        let capacity = min(max(players, 32) * 2, SessionNumber.slotCount)
        slots = SessionSlots(capacity: capacity, start: start)
        places = Array(repeating: -1, count: capacity)
    }

    /// The place of a session; nil for a number that none has.
    func place(of session: SessionNumber) -> Int? {
        slots.slot(of: session).map { Int(places[$0]) }
    }

    /// A new session at a place; nil when all slots are taken.
    mutating func take(for place: Int) -> SessionNumber? {
        guard let session = slots.take() else { return nil }
        places[session.slot] = Int32(place)
        return session
    }

    /// A session is over, and those behind it move up by one place.
    mutating func release(_ session: SessionNumber) {
        guard let slot = slots.slot(of: session) else { return }
        let gone = places[slot]
        slots.release(session)
        places[slot] = -1
        for slot in places.indices where places[slot] > gone { places[slot] -= 1 }
    }
}
