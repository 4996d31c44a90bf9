import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import ParleyStore

/// The commands that operators have given lately.
struct OperatorLog: Sendable {
    /// The newest commands, and their answers.
    private var answers: [(number: UInt64, answer: Datagram)] = []

    /// How many are kept. A repetition of an older one within ``OperatorEnvelope/life`` would be carried out again.
    private static let limit = 256

    subscript(number: UInt64) -> Datagram? { answers.last { $0.number == number }?.answer }

    mutating func note(_ answer: Datagram, to number: UInt64) {
        if answers.count >= Self.limit { answers.removeFirst() }
        answers.append((number, answer))
    }
}

/// Operators.
extension WorldServer {
    /// Carries operators' commands out, one after another.
    func serveOperators() async {
        while let sealed = await operations.next() {
            guard
                let envelope = OperatorEnvelope(opening: sealed, by: keys, for: number, at: date)
            else {
                counts.forbidden += 1
                continue
            }
            if operatorLog[envelope.number] == nil {
                let reply = await carryOut(envelope.command)
                say(envelope.command, reply)
                guard let answer = OperatorAnswer(reply, to: envelope.number).sealed(by: keys)
                else { continue }
                operatorLog.note(answer, to: envelope.number)
            }
            guard let answer = operatorLog[envelope.number] else { continue }
            node.send(.operated(answer), to: .supervisor)
        }
    }

    private func carryOut(_ command: OperatorCommand) async -> OperatorReply {
        switch command {
        case .status: return .status(status)
        case .inspect(let who):
            switch await CharacterStatus.read(who, from: gate.store) {
            case .success(let status): return .character(status)
            case .failure(let refusal): return .refused("\(refusal)")
            }
        case .kick(let who): return await end(who) { .kick($0) }
        case .ban(let who): return await end(who) { .ban($0) }
        case .pardon(let who): return await end(who) { .pardon($0) }
        case .drain(let zone):
            return await refusal(ofDraining: zone).map { .refused("\($0)") } ?? .done
        case .move(let who, let zone): return await move(who, to: zone)
        case .release(let who): return await release(who)
        case .backUp(let name): return await backUp(to: name)
        }
    }

    /// Has the store change who may play.
    func end(
        _ who: CharacterReference, _ request: (CharacterID) -> OwnershipRequest
    ) async -> OperatorReply {
        switch await who.character(in: gate.store) {
        case .failure(let refusal): return .refused("\(refusal)")
        case .success(let character):
            guard let answer = await gate.answer(request(character)) else {
                return .refused("\(OperatorRefusal.noStore)")
            }
            take(answer, for: .own)
            guard case .character(let answer) = answer, answer.isDone else {
                return .refused("\(OperatorRefusal.unknownCharacter(who))")
            }
            return .done
        }
    }

    /// How the realm is, as this server sees it: it counts the players who are connected here.
    public var status: RealmStatus {
        let counts = statistics
        return RealmStatus(
            zones: directory.zones.map { zone in
                RealmStatus.Zone(
                    name: zone.process.zone.text, incarnation: zone.process.incarnation.rawValue,
                    state: "\(zone.state)",
                    players: clients.values.count { $0.zone == zone.process.zone })
            },
            clients: counts.clients, logins: counts.logins, waitingCalls: counts.waitingCalls,
            unanswered: counts.unanswered, droppedCalls: counts.droppedCalls)
    }

    // MARK: Draining

    /// Lets a zone hand its characters to its neighbours, and end. The store notes it, so that any world server tells the
    /// zone.
    ///
    /// - Returns: False if it has no process that takes players, or if the store does not answer.
    @discardableResult
    public func drain(_ zone: ZoneName) async -> Bool { await refusal(ofDraining: zone) == nil }

    private func refusal(ofDraining zone: ZoneName) async -> OperatorRefusal? {
        guard let process = directory.readyProcess(of: zone) else { return .notReady(zone) }
        guard case .zone(let answer)? = await gate.answer(.drain(process)) else { return .noStore }
        guard answer.isDone else { return .notReady(zone) }
        node.send(.empty(process), to: .zone(zone))
        return nil
    }

    /// Tells zones that the store has as draining, whichever world server was asked for it. Those that know do nothing.
    func repeatDraining(_ zones: [OwnershipSurvey.Zone]) {
        for zone in zones where zone.state == .draining {
            node.send(.empty(zone.process), to: .zone(zone.process.zone))
        }
    }
}
