import ParleyDatagrams
import ParleyHandoff
import ParleyProtocol
import ParleyWorld
import Synchronization

/// The world's turns.
extension ZoneCore {
    /// A tick begins.
    func begin(_ tick: Tick) {
        state.withLock { $0.tick = UInt64(tick.number) }
    }

    /// Takes what the tick is to do with characters, in order.
    func takeChanges() -> [ZoneChange] {
        state.withLock { state in
            defer { state.changes = [] }
            return state.changes
        }
    }

    /// Who gets a snapshot of the next tick whatever the cadence, and who gets none.
    ///
    /// The snapshot that brings the body ends a crossing, so it does not wait. After the seal the old zone's snapshots have
    /// no body: without them the client goes on with its prediction, until the next zone's come.
    var snapshotExceptions: SnapshotExceptions {
        state.withLock { state in
            var exceptions = SnapshotExceptions()
            for waiting in state.waiting.values where waiting.wasIn {
                exceptions.held.insert(waiting.player)
            }
            for change in state.changes {
                guard let character = change.arrival, let player = state.waiting[character]?.player
                else { continue }
                exceptions.held.remove(player)
                exceptions.due.insert(player)
            }
            return exceptions
        }
    }

    /// Gives each character that is in its player's command.
    ///
    /// - Parameter idle: The command of those without one.
    func assign<Command>(
        _ commands: [PlayerCommand<Command>], idle: Command
    ) -> [CharacterCommand<Command>] {
        state.withLock { state in
            var byPlayer: [PlayerID: Int] = [:]
            for (index, command) in commands.enumerated() { byPlayer[command.player] = index }
            return state.order.map { character in
                guard let place = state.residents.index(forKey: character),
                    let player = state.residents.values[place].player,
                    let index = byPlayer[player]
                else { return CharacterCommand(character, idle, origin: .idle) }
                let command = commands[index]
                return CharacterCommand(
                    character, command.command, origin: command.origin, view: command.view)
            }
        }
    }

    // MARK: Arrivals

    /// The world has put a character in.
    ///
    /// - Returns: Whether it is the zone's: if not, the body must go out again.
    func arrived(_ granted: GrantedPlayer, isCrossing: Bool) -> Bool {
        withState { state, now in
            let character = granted.character
            guard state.handoffs.arrived(character, at: now) else { return false }
            state.counts.crossingsIn += isCrossing ? 1 : 0
            state.counts.entries += isCrossing ? 0 : 1
            state.settle(character, granted.state, granted.login, at: now)
            return true
        }
    }

    /// The world has put a sealed body in again.
    func putBack(_ character: CharacterID, _ seal: SealedPlayer, _ owner: Owner) {
        withState { state, now in
            state.counts.putBack += 1
            state.settle(character, seal, seal.login, at: now)
        }
    }

    /// The world cannot put a character in.
    func fail(arrivalOf character: CharacterID) {
        withState { state, now in
            state.counts.failedArrivals += 1
            let mark = state.random.next()
            state.handoffs.arrivalFailed(character, mark: mark, at: now, into: &state.effects)
        }
    }

    /// The world cannot put a sealed body in again: it leaves the realm with the state that was sealed.
    func fail(putBack character: CharacterID, _ seal: SealedPlayer) {
        withState { state, now in
            state.counts.failedArrivals += 1
            let mark = state.random.next()
            _ = state.handoffs.leave(character, seal, mark: mark, at: now, into: &state.effects)
        }
    }

    /// Drops a character.
    ///
    /// - Returns: Whether the world has it in.
    func remove(_ character: CharacterID) -> Bool {
        withState { state, now in state.unsettle(character, at: now) }
    }

    // MARK: The end of a turn

    /// Decides what becomes of a character.
    func judge(
        _ character: CharacterID, at place: SIMD2<Double>?, mayCross: (ZoneName) -> Bool
    ) -> ZoneJudgement {
        let (judgement, target) = withState { state, now in
            state.judge(character, at: place, now, self)
        }
        guard judgement == .cross, let target else { return judgement }
        // The world is asked without the lock: it may ask the zone something.
        return mayCross(target) ? .cross : .stay
    }

    /// All that a character is now.
    func seal(_ character: CharacterID, version: UInt16, _ bytes: Datagram) -> SealedPlayer? {
        state.withLock { state in
            state.residents[character]?.seal(tick: state.tick, version: version, bytes)
        }
    }

    /// Hands a character over.
    ///
    /// - Returns: Whether its body has to go out, in this turn.
    func cross(_ character: CharacterID, _ seal: SealedPlayer) -> Bool {
        withState { state, now in
            guard state.handoffs.cross(character, seal, at: now, into: &state.effects) else {
                return false
            }
            state.counts.crossingsOut += 1
            _ = state.unsettle(character, at: now)
            return true
        }
    }

    /// Puts a character out of the realm.
    ///
    /// - Returns: Whether its body has to go out, in this turn.
    func takeOut(_ character: CharacterID, _ seal: SealedPlayer) -> Bool {
        withState { state, now in
            let mark = state.random.next()
            guard
                state.handoffs.leave(character, seal, mark: mark, at: now, into: &state.effects)
            else { return false }
            state.counts.departures += 1
            _ = state.unsettle(character, at: now)
            return true
        }
    }

    /// Has a character's state written.
    func checkpoint(_ character: CharacterID, _ seal: SealedPlayer) {
        withState { state, now in
            if let request = state.handoffs.checkpoint(character, seal, at: now) {
                state.effects.append(.ask(request))
            }
        }
    }

    /// A tick ends.
    func finishTurn() {
        withState { state, now in
            state.lastTurn = now
            state.dismissWaiting(at: now, patience: timings.clientPatience)
        }
    }

    /// A character's state or a notice has no bytes.
    func noteUnwritable(_ character: CharacterID) {
        state.withLock { $0.counts.unwritable += 1 }
    }

    // MARK: What the world wishes

    /// Sends a character to a zone.
    func send(_ character: CharacterID, to zone: ZoneName) {
        withState { state, now in
            guard zone != name, map.area(of: zone) != nil else { return }
            state.residents[character]?.errand = (zone, now + settings.preparation)
        }
    }

    /// Lets a character leave the realm.
    func dismiss(_ character: CharacterID) {
        state.withLock { $0.residents[character]?.isLeaving = true }
    }
}

extension ZoneCore.State {
    /// A character is in from now on.
    mutating func settle(
        _ character: CharacterID, _ seal: SealedPlayer?, _ login: LoginNumber, at now: Duration
    ) {
        if residents.updateValue(Resident(seal, login: login, at: now), forKey: character) == nil {
            order.insert(character, at: order.firstIndex { $0 > character } ?? order.endIndex)
        }
        if let login = logins.removeValue(forKey: character)?.login {
            residents[character]?.begin(login)
        }
        if let waiting = waiting.removeValue(forKey: character) { bind(waiting, to: character) }
        sendDeals(at: now)
    }

    /// A character is in no more. Its player waits for the news.
    mutating func unsettle(_ character: CharacterID, at now: Duration) -> Bool {
        guard let resident = residents.removeValue(forKey: character) else { return false }
        order.removeAll { $0 == character }
        if let player = resident.player {
            waiting[character] = ZoneCore.WaitingPlayer(
                player: player, login: resident.login, notices: resident.notices.count,
                since: now, wasIn: true)
        }
        return true
    }

    /// Sends players to a world server whose characters do not come.
    mutating func dismissWaiting(at now: Duration, patience: Duration) {
        guard !waiting.isEmpty else { return }
        for (character, waiting) in waiting.sorted(by: { $0.key < $1.key })
        where now - waiting.since >= patience {
            // A client that is connected before its crossing waits for as long as its seat is kept.
            if handoffs.expects(character) { continue }
            self.waiting[character] = nil
            tell(waiting.player, .askWorld)
        }
    }
}
