import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import ParleyStore

/// The commands that operators have given lately.
struct OperatorLog: Sendable {
    /// Those that are being carried out.
    private var underWay: Set<UInt64> = []
    /// The newest commands that were, and their answers.
    private var answers: [(number: UInt64, answer: Datagram)] = []

    /// How many answers are kept. A repetition of an older one within ``OperatorEnvelope/life`` would be carried out again.
    private static let limit = 256
    /// How many commands are carried out at a time. One more waits until it is sent again.
    private static let mostUnderWay = 64

    /// What becomes of a command that has come.
    enum Entry: Hashable, Sendable {
        /// It is to be carried out.
        case begun
        /// It is being carried out.
        case underWay
        /// It was.
        case answered(Datagram)
        /// Too many are.
        case full
    }

    mutating func enter(_ number: UInt64) -> Entry {
        if let known = answers.last(where: { $0.number == number }) {
            return .answered(known.answer)
        }
        if underWay.contains(number) { return .underWay }
        guard underWay.count < Self.mostUnderWay else { return .full }
        underWay.insert(number)
        return .begun
    }

    /// Keeps the answer to a command; nil for one that is forgotten.
    mutating func note(_ answer: Datagram?, to number: UInt64) {
        underWay.remove(number)
        guard let answer else { return }
        if answers.count >= Self.limit { answers.removeFirst() }
        answers.append((number, answer))
    }
}

/// Operators.
extension WorldServer {
    /// Carries operators' commands out, each in a child task: a copy of the store holds no other command.
    func serveOperators() async {
        await withDiscardingTaskGroup { group in
            while let sealed = await operations.next() {
                guard
                    let envelope = OperatorEnvelope(
                        opening: sealed, by: keys, for: number, at: date)
                else {
                    counts.forbidden += 1
                    continue
                }
                switch operatorLog.enter(envelope.number) {
                case .begun: group.addTask { await self.serve(envelope) }
                case .answered(let answer): node.send(.operated(answer), to: .supervisor)
                case .underWay:
                    let answer = OperatorAnswer(.underWay, to: envelope.number)
                    guard let sealed = answer.sealed(by: keys) else { continue }
                    node.send(.operated(sealed), to: .supervisor)
                case .full: continue
                }
            }
        }
    }

    private func serve(_ envelope: OperatorEnvelope) async {
        let content = await carryOut(envelope.command, on: envelope.basis)
        if case .reply(let reply) = content { say(envelope.command, reply) }
        let answer = OperatorAnswer(content, to: envelope.number).sealed(by: keys)
        operatorLog.note(answer, to: envelope.number)
        if let answer { node.send(.operated(answer), to: .supervisor) }
    }

    private func carryOut(
        _ command: OperatorCommand, on basis: OperatorBasis
    ) async -> OperatorAnswer.Content {
        switch (command, basis) {
        case (.status, _): return .reply(.status(status))
        case (.inspect(let who), _):
            switch await CharacterStatus.read(who, from: gate.store) {
            case .success(let status): return .reply(.character(status))
            case .failure(let refusal): return .refused(refusal)
            }
        case (.backUp(let name), _): return .reply(await backUp(to: name))
        case (.drain(let zone), .process(let incarnation)):
            return await drain(ZoneProcess(zone, incarnation))
        case (.kick(let who), .row(let login, _)): return await kick(who, login)
        case (.ban(let who), .row(let login, _)): return await ban(who, login)
        case (.pardon(let who), .row(let login, _)): return await pardon(who, login)
        case (.release(let who), .row(let login, _)): return await release(who, login)
        case (.move(let who, let zone), .row(_, let epoch)):
            return await move(who, to: zone, epoch)
        case (.drain, _), (.kick, _), (.ban, _), (.pardon, _), (.release, _), (.move, _):
            return .changed
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
            unanswered: counts.unanswered, droppedCalls: counts.droppedCalls,
            worldServers: realm.worlds.count)
    }

    // MARK: Draining

    /// Lets a zone hand its characters to its neighbours, and end. The store notes it, so that any world server tells the
    /// zone.
    ///
    /// - Returns: False if it has no process that takes players, or if the store does not answer.
    @discardableResult
    public func drain(_ zone: ZoneName) async -> Bool { await refusal(ofDraining: zone) == nil }

    /// The same for one process. One that drains already, or is gone, needs no draining.
    private func drain(_ process: ZoneProcess) async -> OperatorAnswer.Content {
        let now = directory.zones.first { $0.process.zone == process.zone }
        guard let now, now.process.incarnation >= process.incarnation else { return .changed }
        if now.process != process || now.state != .ready { return .reply(.done) }
        return await refusal(ofDraining: process).map { .refused($0) } ?? .reply(.done)
    }

    private func refusal(ofDraining zone: ZoneName) async -> OperatorRefusal? {
        guard let process = directory.readyProcess(of: zone) else { return .notReady(zone) }
        return await refusal(ofDraining: process)
    }

    private func refusal(ofDraining process: ZoneProcess) async -> OperatorRefusal? {
        let zone = process.zone
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
