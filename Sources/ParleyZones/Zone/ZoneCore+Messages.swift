package import ParleyHandoff
package import ParleyProtocol
import Synchronization

/// A message that a zone sends to another server.
package enum OutgoingMessage: Hashable, Sendable {
    /// To another zone.
    case zone(PeerMessage, ZoneName)
    /// To the world server of that number; the shell takes the remainder by how many there are.
    case world(PeerMessage, Int)
}

/// Messages between servers.
extension ZoneCore {
    /// Takes a message of another server, whose role and name were compared.
    package func receive(_ message: PeerMessage, from sender: ZoneHandoffs.Sender) {
        switch message {
        case .dealt(let answer): return receive(answer)
        case .sheet(let answer): return receive(answer)
        case .empty(let process):
            // An operator means this process, and not the one after it.
            if sender == .world, process == self.process { drain() }
            return
        case .guide(let character, let owner, let zone):
            // An operator means the character as the store knows it now.
            let isOwner = state.withLock { $0.handoffs.sources[character]?.owner == owner }
            if sender == .world, isOwner { send(character, to: zone) }
            return
        default: break
        }
        withState { state, now in
            if case .answer(.zone(let answer)) = message { state.noteDrain(answer) }
            if case .zones(let zones) = message {
                guard sender == .world else { return }
                state.neighbours = [:]
                for zone in zones where zone.state == .ready {
                    state.neighbours[zone.process.zone] = zone.process
                }
                return
            }
            let random = state.random.next()
            state.handoffs.receive(
                message, from: sender, random: random, at: now, into: &state.effects)
        }
    }

    /// Does what is due, heartbeats before all.
    ///
    /// - Returns: When something is due next.
    package func advance() -> Duration {
        withState { state, now in
            state.handoffs.timeout(at: now, into: &state.effects)
            state.sendDeals(at: now)
            state.announceDraining(at: now, interval: timings.heartbeatInterval)
            // A frozen zone heartbeats, and lets everything else wait that is due.
            let next =
                state.handoffs.isFrozen(at: now)
                ? state.handoffs.lease.nextTimeout : state.handoffs.nextTimeout
            return next ?? now + timings.heartbeatInterval
        }
    }

    /// Goes on with the next world server, if the one that the zone talks to is lost.
    ///
    /// - Parameter isLost: Asked with the number that ``OutgoingMessage/world(_:_:)`` has.
    package func leaveWorld(if isLost: (Int) -> Bool) {
        withState { state, now in
            if isLost(state.handoffs.lease.world) { state.handoffs.leaveWorld(at: now) }
        }
    }

    /// What is to be sent, in order; the sessions to end; and whether the process is over.
    package struct Work: Sendable {
        package var messages: [OutgoingMessage]
        package var endings: [(PlayerID, String)]
        package var isOver: Bool
    }

    /// Takes what waits to be carried out.
    package func takeWork() -> Work {
        state.withLock { state in
            defer {
                state.messages = []
                state.endings = []
            }
            return Work(
                messages: state.messages, endings: state.endings, isOver: state.isOver)
        }
    }

    /// Where players connect, once the server listens.
    package func setAddress(_ address: String) {
        state.withLock { $0.handoffs.address = address }
    }
}

extension ZoneCore.State {
    /// Sorts effects: those for the world wait for the next tick, those for other servers for the shell.
    mutating func digest() {
        guard !effects.isEmpty else { return }
        for effect in effects {
            switch effect {
            case .send(let message, let zone): messages.append(.zone(message, zone))
            case .ask(let request): messages.append(.world(.ask(request), handoffs.lease.world))
            case .tellWorld(let message): messages.append(.world(message, handoffs.lease.world))
            case .tell(let character, let notice): tell(character, notice)
            case .arrive(let granted, let token):
                changes.append(.arrive(granted, isCrossing: token != nil))
            case .putBack(let character, let seal, let owner):
                changes.append(.putBack(character, seal, owner))
            case .release(let character): changes.append(.release(character))
            case .wall: counts.walls += 1
            case .end(let ended): end(ended)
            case .over: isOver = true
            }
        }
        effects.removeAll(keepingCapacity: true)
    }

    /// Tells a character's client of a crossing.
    private mutating func tell(_ character: CharacterID, _ notice: TravelNotice) {
        let player = residents[character]?.player ?? waiting[character]?.player
        if let player { tell(player, .travel(notice)) }
    }

    /// An operator has ended a session of an older login.
    private mutating func end(_ ended: EndedSession) {
        guard let resident = residents[ended.character], resident.login < ended.login else {
            return
        }
        residents[ended.character]?.isLeaving = true
        if let player = resident.player {
            endings.append((player, "an operator has ended the session"))
        }
    }
}
