import ParleyDatagrams
public import ParleyHandoff
import ParleySecurity
import ParleySockets

/// The directory's decisions, and the messages of zones.
extension WorldServer {
    /// Reads what zones and supervisors send.
    func receivePeers() async {
        for await received in node.received { receive(received.message, from: received.sender) }
    }

    private func receive(_ message: PeerMessage, from sender: PeerName) {
        var effects: [WorldDirectory.Effect] = []
        switch (message, sender) {
        case (.ask(let request), .zone(let zone)):
            if !directory.forward(request, from: zone, into: &effects) { counts.forbidden += 1 }
        case (.deal(let request), .zone(let zone)): ask(.deal(request, zone))
        case (.read(let request), .zone(let zone)): ask(.read(request, zone))
        case (.listening(let process, let address), .zone(let zone)) where zone == process.zone:
            addresses = addresses.filter { $0.key.zone != process.zone }
            addresses[process] = address
        case (.operate(let command), .supervisor): _ = operations.offer(command)
        case (.died(let process), .supervisor): directory.died(process, into: &effects)
        case (_, .world(let world)): receive(message, ofWorld: world)
        default: break
        }
        perform(effects)
    }

    /// Does what is due, until the task is cancelled.
    func watch() async throws {
        let clock = network.clock
        while true {
            try Task.checkCancellation()
            noteWatch()
            var effects: [WorldDirectory.Effect] = []
            directory.timeout(at: now, into: &effects)
            perform(effects)
            closeSilentClients()
            giveUpWhispers()
            trimDeals()
            // A survey may be wanted sooner, and clients are looked at a few times a second.
            let wake = min(directory.nextTimeout, now + Self.watchInterval)
            let instant = NetworkInstant(nanoseconds: wake.wholeNanoseconds)
            try await clock.sleep(until: instant, tolerance: nil)
        }
    }

    private static let watchInterval = Duration.milliseconds(50)

    /// The time since the network's epoch.
    var now: Duration { .nanoseconds(network.clock.now.nanoseconds) }

    /// The date, in seconds since 1970.
    nonisolated var date: UInt64 { UInt64(max(0, network.nextSocketLoop().machine.date)) }

    /// Takes the store's answer.
    func take(_ answer: OwnershipAnswer, for asker: WorldDirectory.Asker) {
        var effects: [WorldDirectory.Effect] = []
        directory.receive(answer, for: asker, random: random.next(), at: now, into: &effects)
        perform(effects)
        switch answer {
        case .survey(let survey):
            tellZones(survey)
            repeatDraining(survey.zones)
        // A client that follows its character over a border does not ask here.
        case .character(let answer):
            guard let owner = answer.now?.owner else { return }
            place(answer.character, at: owner)
            if answer.isDone, [.enter, .commit, .recover].contains(answer.kind) {
                tellOthers(.placed(answer.character, owner))
            }
        case .zone, .generation: break
        }
    }

    /// Tells the zones of each other, so that they know whom to ask for a seat.
    private func tellZones(_ survey: OwnershipSurvey) {
        let zones = survey.zones.prefix(ListedZone.limit).map { ListedZone($0.process, $0.state) }
        for zone in zones where zone.state != .gone {
            node.send(.zones(zones), to: .zone(zone.process.zone))
        }
    }

    func perform(_ effects: [WorldDirectory.Effect]) {
        for effect in effects {
            switch effect {
            case .ask(let request, let asker): ask(.ownership(request, asker))
            case .send(let message, let zone): node.send(message, to: .zone(zone))
            case .tell(let link, let reply): tell(link, reply)
            }
        }
    }

    /// Answers the client on a link.
    private func tell(_ number: UInt64, _ reply: WorldReply) {
        guard let client = clients[number], let character = client.character else { return }
        switch reply {
        case .wait(let login):
            confirm(number)
            clients[number]?.send(.wait(login))
        case .ended(let end):
            client.send(.ended(end))
            disconnect(number)
        case .admit(let owner, let login):
            confirm(number)
            guard clients[number] != nil else { return }
            // A zone tells its address after each registration. Until then the client asks again.
            guard let address = addresses[owner.process],
                let ticket = keys.seal(
                    Ticket(
                        character, account: character.rawValue, owner: owner, login: login,
                        second: date, id: TicketID(high: random.next(), low: random.next())))
            else { return client.send(.wait(login)) }
            clients[number]?.note(owner)
            counts.tickets += 1
            client.send(.admit(owner, login, address: address, ticket: ticket))
        }
    }

    // MARK: Operators

    /// Ends a character's session. The next login is allowed.
    public func kick(_ character: CharacterID) { command(.kick(character)) }

    /// Ends a character's session, and forbids the next.
    public func ban(_ character: CharacterID) { command(.ban(character)) }

    /// Takes a ban or a quarantine back.
    public func pardon(_ character: CharacterID) { command(.pardon(character)) }

    /// Declares a zone's process dead, by the word of whoever started it and saw it end.
    ///
    /// Its characters go on elsewhere at once, and the zone's next process registers at once; without the word, only after
    /// the lease. The word has to be true: a process that lives simulates until it hears of it.
    public func declareDead(_ process: ZoneProcess) {
        var effects: [WorldDirectory.Effect] = []
        directory.died(process, into: &effects)
        perform(effects)
    }

    private func command(_ request: OwnershipRequest) {
        var effects: [WorldDirectory.Effect] = []
        directory.command(request, into: &effects)
        perform(effects)
    }
}
