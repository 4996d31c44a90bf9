import ParleyDatagrams
import ParleyHandoff
import ParleyWorld

/// What a zone's world does around each step.
extension ZoneWorld {
    /// Puts a character in, or takes one out, as the store has decided.
    func apply(_ change: ZoneChange) {
        switch change {
        case .arrive(let granted, let isCrossing): putIn(granted, isCrossing: isCrossing)
        case .putBack(let character, let seal, let owner):
            do {
                let state = try State(sealed: seal)
                try arrive(character, .staying(state))
                zone.core.putBack(character, seal, owner)
            } catch {
                zone.core.fail(putBack: character, seal)
            }
        case .release(let character):
            if zone.core.remove(character) { depart(character) }
        }
    }

    private func putIn(_ granted: GrantedPlayer, isCrossing: Bool) {
        let character = granted.character
        do {
            let state = try granted.state.map { (seal) throws(DatagramError) in
                try State(sealed: seal)
            }
            switch state {
            case nil: try arrive(character, .new)
            case let state? where isCrossing: try arrive(character, .crossing(state))
            case let state?: try arrive(character, .returning(state))
            }
        } catch {
            return zone.core.fail(arrivalOf: character)
        }
        if !zone.core.arrived(granted, isCrossing: isCrossing) { depart(character) }
    }

    /// Tells the world of the deals that have ended.
    func finishDeals() {
        for character in zone.core.charactersWithNews {
            while let deal = zone.core.takeFinishedDeal(of: character) {
                finished(deal, for: character)
            }
        }
    }

    /// Looks at every character after the step: it crosses a border, leaves, or has its state written.
    func finishTurn() {
        let core = zone.core
        for character in core.residents {
            let place = place(of: character)
            switch core.judge(character, at: place, mayCross: { mayCross(character, to: $0) }) {
            case .stay: break
            case .cross:
                guard let seal = seal(character) else { continue }
                if core.cross(character, seal) { depart(character) }
            case .leave:
                guard let seal = seal(character) else { continue }
                if core.takeOut(character, seal) { depart(character) }
            case .checkpoint:
                guard let seal = seal(character) else { continue }
                core.checkpoint(character, seal)
            }
        }
        core.finishTurn()
    }

    /// All that a character is, at the end of this tick; nil if its state has no bytes, which is a fault of the game's.
    private func seal(_ character: CharacterID) -> SealedPlayer? {
        guard let bytes = try? Datagram(encoding: traveller(character)) else {
            zone.core.noteUnwritable(character)
            return nil
        }
        return zone.core.seal(character, version: State.version, bytes)
    }
}

extension Traveller {
    /// The state in a seal.
    fileprivate init(sealed seal: SealedPlayer) throws(DatagramError) {
        var reader = seal.state.reader
        self = try Self(from: &reader, version: seal.stateVersion)
        try reader.expectEnd()
    }
}
