import ParleyDatagrams
package import ParleyHandoff
import ParleyProtocol
import ParleySessions
import ParleyWorld
import Synchronization

/// Players' connections.
extension ZoneCore {
    /// Asks whether a connection is let in, and notes what its credential says.
    ///
    /// - Parameter second: Now, in seconds since 1970.
    package func connect(
        _ character: CharacterID, _ credential: ZoneHandoffs.Credential, second: UInt64
    ) -> ZoneHandoffs.Admission {
        withState { state, now in
            if case .ticket(let ticket) = credential,
                ticket.login < state.residents[character]?.login ?? ticket.login
            {
                return .askWorld
            }
            let admission = state.handoffs.connect(
                character, credential, second: second, at: now, into: &state.effects)
            if case .ticket(let ticket) = credential, admission != .askWorld {
                state.note(ticket.login, of: character, at: now)
            }
            return admission
        }
    }

    /// A world's `join`: binds a connection to its character, which may come later.
    func join(_ player: PlayerID, as account: Account?, notices: UInt64) throws(JoinRefusal) {
        guard let character = account.flatMap(CharacterID.init(account:)) else {
            throw JoinRefusal("this server takes players by ticket")
        }
        // A count near the largest could be sealed, but not be read again.
        guard notices <= Self.mostNotices else { throw JoinRefusal("so many notices are none") }
        withState { state, now in
            state.players[player] = character
            let login = state.logins.removeValue(forKey: character)?.login
            let waiting = WaitingPlayer(
                player: player, login: login, notices: notices, since: now)
            if state.residents[character] != nil {
                return state.bind(waiting, to: character)
            }
            state.waiting[character] = waiting
            // It may have gone just now, and be on its way back: then it has a seat here.
            if let destination = state.handoffs.sources[character]?.destination,
                !state.handoffs.hasSeat(for: character)
            {
                state.tell(player, .travel(.moved(destination)))
            }
        }
    }

    /// How many notices a session has at the most.
    private static let mostNotices: UInt64 = 1 << 48

    /// A world's `leave`.
    func leave(_ player: PlayerID, because reason: LeaveReason) {
        withState { state, now in
            guard let character = state.players.removeValue(forKey: player) else { return }
            if state.waiting[character]?.player == player { state.waiting[character] = nil }
            guard state.residents[character]?.player == player else { return }
            state.residents[character]?.player = nil
            state.residents[character]?.absentSince = now
            if reason == .left { state.residents[character]?.isLeaving = true }
        }
    }

    /// The character of a connected player.
    func character(of player: PlayerID) -> CharacterID? {
        state.withLock { $0.players[player] }
    }

    /// Counts a request.
    ///
    /// - Returns: The character whose next request it is; nil for one that is to be dropped.
    func takeRequest(_ number: UInt64, from player: PlayerID) -> CharacterID? {
        state.withLock { state in
            guard let character = state.players[player],
                let resident = state.residents[character], resident.player == player
            else { return nil }
            guard number == resident.requests + 1 else {
                state.counts.repeatedRequests += 1
                return nil
            }
            state.residents[character]?.requests = number
            state.cause = DealCause(requestOf: character, resident.login, number)
            return character
        }
    }

    /// Sends a notice to a character's player.
    func notify(_ character: CharacterID, _ payload: Datagram) {
        state.withLock { state in
            // One that does not fit a frame would be numbered and never arrive.
            guard payload.count <= Self.noticeLimit else { return state.counts.unwritable += 1 }
            guard state.residents[character] != nil else { return }
            state.residents[character]?.notices.append(payload)
            guard let resident = state.residents[character], let player = resident.player else {
                return
            }
            state.tell(player, .game(resident.notices.count, payload))
        }
    }

    /// The most bytes of a notice: a frame has room for it, and for its head.
    private static var noticeLimit: Int { 60_000 }

    /// Takes the notices that the tick has made.
    func takeOutgoing() -> [Outgoing<ZoneNotice>] {
        state.withLock { state in
            defer { state.outgoing = [] }
            return state.outgoing
        }
    }

    /// Ends a player's session.
    func end(_ player: PlayerID, because text: String) {
        withState { state, _ in state.endings.append((player, text)) }
    }
}

extension ZoneCore.State {
    /// Notes the login of a player who is about to get a seat.
    ///
    /// One whose connection breaks before that leaves it behind, for longer than any connection takes.
    mutating func note(_ login: LoginNumber, of character: CharacterID, at now: Duration) {
        if logins.count >= 256 { logins = logins.filter { now - $0.value.at < .seconds(60) } }
        logins[character] = (login, now)
    }

    /// Gives a connected player its character, which is in.
    ///
    /// One whose session a newer login has ended gets none: its count of notices is not that of the newer session. Nor does
    /// one that came by a token, and has counted more than the seal has: a world server knows whose session it is.
    mutating func bind(_ waiting: ZoneCore.WaitingPlayer, to character: CharacterID) {
        if let login = waiting.login { residents[character]?.begin(login) }
        if let resident = residents[character] {
            let isOver = waiting.login ?? resident.sealedLogin < resident.login
            let isUnknown = waiting.login == nil && waiting.notices > resident.notices.count
            if isOver || isUnknown { return tell(waiting.player, .askWorld) }
        }
        guard let owner = handoffs.sources[character]?.owner,
            let login = residents[character]?.login,
            let (first, missing) = residents[character]?.missing(after: waiting.notices)
        else { return }
        residents[character]?.player = waiting.player
        residents[character]?.isLeaving = false
        tell(
            waiting.player,
            .travel(
                .resumed(
                    SessionContinuation(
                        epoch: owner.epoch, login: login,
                        requests: residents[character]?.requests ?? 0, firstNotice: first,
                        targetTick: tick))))
        for (offset, payload) in missing.enumerated() {
            tell(waiting.player, .game(first + UInt64(offset), payload))
        }
    }

    /// Queues a notice for one player, which leaves with the tick.
    mutating func tell(_ player: PlayerID, _ content: ZoneNotice.Content) {
        outgoing.append(Outgoing(ZoneNotice(content), to: .player(player)))
    }
}

extension CharacterID {
    /// The character that an account of the zone's authenticator names.
    init?(account: Account) {
        guard let number = UInt64(account.id), number <= Int64.max else { return nil }
        self.init(rawValue: number)
    }

    /// The account by which a zone's sessions know the character: a later connection ends an earlier one.
    var account: Account { Account(id: String(rawValue)) }
}
