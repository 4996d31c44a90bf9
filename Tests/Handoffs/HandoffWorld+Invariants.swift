import ParleyDatagrams
import ParleyHandoff

/// What must hold after each step. The numbers are those of the table in `Documentation/Zones.md`.
extension HandoffWorld {
    /// What the state of all parties says: who simulates whom (1, 2, 9).
    mutating func checkState() {
        // Who simulates each character, by its number.
        var simulators = (-1, -1, -1)
        for index in zones.indices where zones[index].isUp && !zones[index].players.isEmpty {
            guard !zones[index].machine.isFrozen(at: clock(.zone(index))) else { continue }
            for player in zones[index].players.indices
            where zones[index].players[player].body != nil {
                let character = zones[index].players[player].character
                let other: Int
                switch character.rawValue {
                case 1: (other, simulators.0) = (simulators.0, index)
                case 2: (other, simulators.1) = (simulators.1, index)
                default: (other, simulators.2) = (simulators.2, index)
                }
                if other >= 0, !hasWildClocks {
                    fail(1, "zones \(other) and \(index) both simulate \(character)")
                }
                checkOwner(character, zones[index].players[player].owner, index)
            }
        }
    }

    /// Who simulates has the store's epoch, or is of an older generation: then the store refuses it.
    private mutating func checkOwner(_ character: CharacterID, _ owner: Owner, _ index: Int) {
        guard !hasWildClocks, owner.epoch.generation == store.table.generation,
            let row = store.table.index(of: character),
            store.table.characters[row].epoch != owner.epoch
                || store.table.characters[row].place != owner.process
        else { return }
        // What the standby does not have may be undone, and nobody was told.
        if let standby = store.standby, standby.characters[row].owner == owner { return }
        fail(
            2,
            "zone \(index) simulates \(character) as \(owner), the store says "
                + "\(String(describing: store.table.characters[row].owner))")
    }

    /// After a zone's timers, no seat is left that has expired, and none lasts longer than its renewal.
    mutating func checkSeats(_ index: Int) {
        let at = clock(.zone(index))
        guard !zones[index].machine.isFrozen(at: at) else { return }
        for target in zones[index].machine.targets.values {
            guard let expires = target.seat?.expires else { continue }
            if expires <= at || expires > at + timings.seatLifetime {
                fail(10, "zone \(index) keeps a seat until \(expires), at \(at)")
            }
        }
    }

    /// A body that is stepped is not sealed (9), and its zone's lease lasts by a second book (1).
    mutating func checkStep(_ record: PlayerRecord, _ index: Int) {
        if mutant == nil, zones[index].machine.sources[record.character]?.isSimulated != true {
            fail(9, "zone \(index) steps \(record.character), which is sealed")
        }
    }

    mutating func checkFreeze(_ index: Int, _ at: Duration) {
        guard mutant != .noFreeze else { return }
        let isProven = zones[index].proven.map { at - $0 < timings.freezeAfter } ?? false
        if !isProven {
            fail(
                1,
                "zone \(index) ticks at \(at), proven at \(String(describing: zones[index].proven))"
            )
        }
    }

    /// No sealed player outlives its lease: enough of it was left at the seal.
    mutating func checkSealReserve(_ attempt: HandoffID, _ index: Int, _ at: Duration) {
        guard let player = zones[index].player(attempt.character),
            zones[index].players[player].body != nil,
            let proven = zones[index].proven
        else { return }
        if at - proven > timings.lease - timings.sealReserve {
            fail(10, "zone \(index) seals \(attempt.character) at \(at), proven at \(proven)")
        }
    }

    /// The epochs that zones play: each once, and by the one to whom the store granted it.
    mutating func notePlayed(_ character: CharacterID, _ owner: Owner) {
        for other in played where other.character == character && other.epoch == owner.epoch {
            fail(
                3, "\(owner.process) plays \(character) at \(owner.epoch), as \(other.process) did")
        }
        played.append((character, owner.epoch, owner.process))
    }

    /// A character begins in a zone as the seal, or the stored state, was.
    mutating func checkFirstState(_ granted: GrantedPlayer) {
        let grant = store.grants.last {
            $0.character == granted.character && $0.epoch == granted.owner.epoch
                && $0.mark == granted.mark
        }
        guard let grant, grant.owner == granted.owner else {
            return fail(3, "\(granted.character) arrives as \(granted.owner), which nobody granted")
        }
        if grant.state != granted.state?.state {
            fail(
                8,
                "\(granted.character) arrives as \(granted.owner) in another state than was stored")
        }
    }

    /// What a store may decide: epochs rise (3), and durable calls name the owner of the moment (11).
    mutating func checkDecision(
        _ request: OwnershipRequest, before old: CharacterRow, isPerformed: Bool
    ) {
        guard let index = store.table.index(of: old.character) else { return }
        let epoch = store.table.characters[index].epoch
        if epoch != old.epoch { checkGrant(store.table.characters[index], after: old.epoch) }
        let isEffect =
            epoch != old.epoch || isPerformed || store.table.characters[index].stored != old.stored
        if isEffect, let owner = request.owner, owner != old.owner {
            fail(11, "\(request) is accepted, the owner is \(String(describing: old.owner))")
        }
    }

    private mutating func checkGrant(_ new: CharacterRow, after epoch: Epoch) {
        if new.epoch <= epoch { fail(3, "\(new.character) falls from \(epoch) to \(new.epoch)") }
        for grant in store.grants
        where grant.epoch == new.epoch && grant.character == new.character
            && grant.owner != new.owner
            && wasTold(grant)
        {
            fail(3, "\(new.epoch) of \(new.character) is granted to two")
        }
        store.grants.append(
            .init(
                character: new.character, owner: new.owner, epoch: new.epoch, mark: new.mark,
                state: new.stored?.state))
    }

    /// Whether a zone has acted on a grant. One that a fail-over undid was told to nobody.
    private func wasTold(_ grant: StoreHost.Grant) -> Bool {
        played.contains { $0.character == grant.character && $0.epoch == grant.epoch }
    }

    /// Notices of a session rise by one.
    mutating func checkNotice(_ number: UInt64, _ index: Int) {
        if number != clients[index].lastNotice + 1 {
            fail(6, "client \(index) counts notice \(number) after \(clients[index].lastNotice)")
        }
        clients[index].lastNotice = number
    }

    /// A client's epoch never falls, and its frames are those of one zone, with its own body.
    mutating func checkFrame(_ source: ZoneFollower.Source, _ hasBody: Bool, _ index: Int) {
        if let last = clients[index].lastSource {
            if source.epoch < last.epoch {
                fail(7, "client \(index) falls from \(last) to \(source)")
            }
            if source.epoch == last.epoch, source.process != last.process {
                fail(7, "client \(index) mixes \(last.process) and \(source.process)")
            }
        }
        if source != clients[index].follower.current {
            fail(
                7,
                "client \(index) listens to \(clients[index].follower.current.debugDescription), and shows \(source)"
            )
        }
        if !hasBody { fail(7, "client \(index) shows a frame without its body") }
        clients[index].lastSource = source
    }
}

extension OwnershipRequest {
    /// The owner that the request names.
    var owner: Owner? {
        switch self {
        case .commit(_, let owner, _, _), .stay(_, let owner, _), .leave(_, let owner, _, _),
            .fail(_, let owner, _), .recover(_, let owner, _, _), .fence(_, let owner),
            .checkpoint(_, let owner, _), .perform(_, _, let owner):
            owner
        default: nil
        }
    }
}
