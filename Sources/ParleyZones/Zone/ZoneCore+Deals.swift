import ParleyDatagrams
import ParleyHandoff
import ParleyStore
import Synchronization

/// Deals: what a world makes of them, and what the store answers.
extension ZoneCore {
    /// Makes a deal.
    func deal(_ effects: [DealEffect], note: Datagram) throws(DealError) -> OperationID {
        let result = withState { state, now in
            Result { () throws(DealError) in try state.deal(effects, note, at: now) }
        }
        return try result.get()
    }

    /// What a character has; nil if that is not known yet.
    func possessions(of character: CharacterID) -> Possessions? {
        state.withLock { $0.residents[character]?.dealings.possessions }
    }

    /// What lies in the zone; nil if that is not known yet.
    var possessions: Possessions? { state.withLock { $0.ground.possessions } }

    /// The name of a character's account; nil if it is not known yet.
    func accountName(of character: CharacterID) -> String? {
        let name = state.withLock { $0.residents[character]?.dealings.name }
        return name.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The characters of which deals have ended, in the order of their numbers.
    var charactersWithNews: [CharacterID] {
        state.withLock { state in
            state.order.filter { state.residents[$0]?.dealings.hasNews == true }
        }
    }

    /// Takes the next deal of a character that has ended. What the world deals from now on follows from it.
    func takeFinishedDeal(of character: CharacterID) -> FinishedDeal? {
        withState { state, now in
            guard let resident = state.residents[character] else { return nil }
            let next = state.residents[character]?.dealings.next(of: character, at: now) {
                resident.hasApplied($0, of: character)
            }
            state.cause = next?.cause
            return next?.deal
        }
    }

    /// The world has done what follows from a request or the end of a deal.
    func endCause() {
        state.withLock { $0.cause = nil }
    }

    /// Takes the store's answer to a deal.
    func receive(_ answer: DealAnswer) {
        withState { state, now in
            guard !state.handoffs.isFrozen(at: now),
                let request = state.book.close(
                    answer.operation, isRefused: answer.isRefused, at: now)
            else { return }
            for party in request.parties {
                state.residents[party.character]?.dealings.decide(
                    answer.operation, hasEvent: answer.hasEvent(for: party.character), at: now)
            }
            if request.includesZone { state.ground.reader.want(at: now) }
            state.sendDeals(at: now)
        }
    }

    /// Takes a sheet of the store.
    func receive(_ answer: SheetAnswer) {
        withState { state, now in
            guard !state.handoffs.isFrozen(at: now) else { return }
            state.take(answer, in: name, at: now)
            state.sendDeals(at: now)
        }
    }
}

extension ZoneCore.State {
    fileprivate mutating func deal(
        _ effects: [DealEffect], _ note: Datagram, at now: Duration
    ) throws(DealError) -> OperationID {
        guard let process = handoffs.process else { throw .nobodyHere }
        // Before anything may refuse the deal: the others of the same cause have the same names another time, when other
        // characters may be here.
        let operation = nextName(of: process)
        let parties = try parties(to: effects)
        if let first = cause?.character, residents[first]?.dealings.hasEvent(of: operation) == true
        {
            return operation
        }
        for party in parties where residents[party.character]?.dealings.isFull == true {
            throw .tooManyOpen(party.character, limit: OpenDeal.limit)
        }
        guard !book.isFull else { throw .zoneIsBusy(limit: DealBook.limit) }
        guard note.count <= OpenDeal.noteLimit else {
            throw .malformed("a note of \(note.count) bytes, of \(OpenDeal.noteLimit) at most")
        }
        let includesZone = effects.contains { $0.holders.contains(.zone(process.zone)) }
        let deal = Deal(
            operation,
            parties: Dictionary(
                uniqueKeysWithValues: parties.map { ($0.character, Owner(process, $0.epoch)) }),
            zone: includesZone ? process : nil, effects: effects)
        if let refusal = deal.malformation { throw .malformed("\(refusal)") }
        guard let bytes = try? DealEffects.encoded(effects) else {
            throw .malformed("its effects have no bytes")
        }
        let request = DealRequest(
            process, operation, parties: parties, includesZone: includesZone, effects: bytes,
            note: note)
        book.add(request, at: now)
        for party in parties {
            residents[party.character]?.dealings.add(OpenDeal(operation, note: note))
        }
        sendDeals(at: now)
        return operation
    }

    private mutating func nextName(of process: ZoneProcess) -> OperationID {
        if let character = cause?.character, residents[character] != nil,
            let name = cause?.nextName()
        {
            return name
        }
        return book.nextName(of: process)
    }

    /// The characters of a deal that are here: all who give, and whose request or deal it follows from.
    private func parties(to effects: [DealEffect]) throws(DealError) -> [DealRequest.Party] {
        var characters: Set<CharacterID> = []
        for effect in effects {
            if case .character(let giver)? = effect.giver, residents[giver] == nil {
                throw .notHere(giver)
            }
            for case .character(let character) in effect.holders where residents[character] != nil {
                characters.insert(character)
            }
        }
        if let character = cause?.character, residents[character] != nil {
            characters.insert(character)
        }
        var parties: [DealRequest.Party] = []
        for character in characters.sorted() {
            guard let owner = handoffs.sources[character]?.owner else { continue }
            parties.append(DealRequest.Party(character, owner.epoch))
        }
        guard !parties.isEmpty else { throw .nobodyHere }
        return parties
    }

    /// Says what is due of deals and sheets, while the store may be asked.
    mutating func sendDeals(at now: Duration) {
        guard handoffs.lease.allowsDurableCalls(at: now), let process = handoffs.process else {
            return
        }
        let world = handoffs.lease.world
        for request in book.due(at: now) { messages.append(.world(.deal(request), world)) }
        if let mark = ground.reader.due(at: now) {
            let request = SheetRequest(process, nil, mark: mark, seen: 0)
            messages.append(.world(.read(request), world))
        }
        // In place: a resident is large, and this runs at each deal and each answer.
        for character in order {
            guard let index = residents.index(forKey: character),
                residents.values[index].dealings.reader.isDue(at: now),
                let owner = handoffs.sources[character]?.owner,
                let mark = residents.values[index].dealings.reader.due(at: now)
            else { continue }
            let request = SheetRequest(
                process, DealRequest.Party(character, owner.epoch), mark: mark,
                seen: residents[character]?.dealings.seen ?? 0)
            messages.append(.world(.read(request), world))
        }
    }

    fileprivate mutating func take(_ answer: SheetAnswer, in zone: ZoneName, at now: Duration) {
        guard let party = answer.party else {
            if let sheet = try? CharacterSheet(decoding: answer.sheet, of: .zone(zone)) {
                ground.receive(sheet, mark: answer.mark, at: now)
            }
            return
        }
        guard handoffs.sources[party.character]?.owner.epoch == party.epoch,
            let sheet = try? CharacterSheet(
                decoding: answer.sheet, of: .character(party.character))
        else { return }
        residents[party.character]?.dealings.receive(sheet, mark: answer.mark, at: now)
    }
}

extension DealAnswer {
    /// Whether the deal did not take place, and its name is free.
    fileprivate var isRefused: Bool { if case .refused = verdict { true } else { false } }

    /// Whether the store has, or had, an event of the deal for a character. It is sure of the one after whom it is named.
    fileprivate func hasEvent(for character: CharacterID) -> Bool {
        guard case .settled = verdict, case .request(character, _, _, _) = operation else {
            return false
        }
        return true
    }
}
