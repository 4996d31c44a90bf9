import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

extension GameServer {
    /// The tick loop, with absolute deadlines and a bounded number of steps at once.
    func runTicks() async throws {
        defer {
            world.timeline.finish()
            publications.finish()
        }
        let clock = network.clock
        var schedule = TickSchedule(
            rate: configuration.tickRate, maximumCatchUp: configuration.maximumCatchUpTicks,
            start: clock.now)
        while true {
            try await clock.sleep(until: schedule.nextDeadline, tolerance: nil)
            let due = schedule.dueSteps(at: clock.now)
            counters.ticks.note(due)
            for _ in 0..<due.steps {
                try Task.checkCancellation()
                await runStep()
            }
        }
    }

    private func runStep() async {
        // A step that catches up takes what came during the one before it, too.
        drainSocket()
        tick = Tick(number: tick.number &+ 1)
        let input = takeTickInput()
        let began = network.clock.now
        let outcome = await world.runTurn(input)
        let duration = began.duration(to: network.clock.now)
        counters.ticks.note(stepOf: duration, allowed: stepDuration)
        for event in outcome.events { handle(event) }
        publish(outcome, input)
        if let failure = recorder?.record(input, outcome) { endRecording(failure) }
    }

    /// Stops recording. The game goes on.
    func endRecording(_ failure: RecordingFailure) {
        isRecording = false
        eventSink.yield(.recordingEnded(failure))
    }

    /// All that came since the last tick, in an order that no dictionary decides.
    private func takeTickInput() -> TickInput<W.Game> {
        let requests = takeRequests()
        counters.requests += UInt64(requests.count)
        let joins = joining.compactMap { sessions[$0]?.player }
        let leaves = leaving
        joining = []
        leaving = []
        for player in joins { entering[player.id] = .some(nil) }
        let taken = Tick(number: broadcastTick.load(ordering: .relaxed))
        let isDue = cadence.isDue(at: tick) || taken < publishedPlain
        // A snapshot that was published and not taken is replaced; its clients stay due.
        let since = taken < publishedWorld ? taken : tick.advanced(by: -1)
        let now = network.clock.now
        let (hasPlainPlayers, watchers) = reception.withLock { reception in
            reception.takeCommands(for: tick, at: now, into: &commands)
            let watchers = reception.table.predictingPlayers {
                cadence.isDue($0, at: tick, since: since)
            }
            return (reception.table.hasPlainPlayers, watchers)
        }
        return TickInput(
            step: TickStep(tick: tick, duration: stepDuration), requests: requests,
            leaves: leaves, joins: joins, commands: decodeCommands(),
            wantsSnapshot: isDue && (predictionParameters == nil || hasPlainPlayers),
            watchers: watchers,
            wantsWorldSnapshot: isRecording && predictionParameters != nil)
    }

    /// Decodes the step's commands, and counts what became of them.
    private func decodeCommands() -> [PlayerCommand<W.Game.Command>] {
        let decoded = W.Game.decode(&commands, by: &decoder)
        reception.withLock { $0.count(commands) }
        return decoded
    }

    private func takeRequests() -> [PlayerRequest<W.Game.Request>] {
        guard hasRequests else { return [] }
        hasRequests = false
        var requests: [PlayerRequest<W.Game.Request>] = []
        for id in players {
            guard let session = sessions[id], session.isPlaying else { continue }
            for request in session.requests.takeAll() {
                requests.append(PlayerRequest(player: id, request: request))
            }
        }
        return requests
    }

    /// All players with a seat, in the order of joining.
    private var players: [PlayerID] { reception.withLock { $0.table.order } }

    private func handle(_ event: TickEvent<W.Game>) {
        switch event {
        case .joined(let id):
            welcome(id)
        case .refused(let id, let refusal):
            entering[id] = nil
            sessions[id]?.link?.end(.refused(refusal.description))
        case .notices(let notices):
            for outgoing in notices { deliver(outgoing) }
        }
    }

    /// Welcomes a player whom the world let in, unless the player has left meanwhile.
    private func welcome(_ id: PlayerID) {
        let reason = entering.removeValue(forKey: id) ?? nil
        guard var session = sessions[id] else {
            leaving.append(Departure(player: id, reason: reason ?? .connectionLost))
            return
        }
        let welcome = ServerWelcome(
            player: id, token: session.token, udpPort: udpPort,
            tickRate: UInt16(cadence.tickRate), snapshotRate: UInt16(cadence.snapshotRate),
            name: session.player.name)
        session.isPlaying = true
        hasRequests = true
        sessions[id] = session
        eventSink.yield(.playerJoined(session.player))
        // A name is 32 bytes at most, so encoding a welcome does not fail.
        if let message = try? ServerMessage.welcome(encoding: welcome) {
            session.link?.post(message)
        }
    }

    /// Encodes a notice once for all its recipients.
    private func deliver(_ outgoing: Outgoing<W.Game.Notice>) {
        guard
            let message = try? ServerMessage.notice(encoding: outgoing.notice),
            message.count <= Int(UInt16.max)
        else {
            counters.unsendableNotices += 1
            return
        }
        if case .player(let id) = outgoing.recipients {
            post(message, to: id)
        } else {
            for id in players where outgoing.recipients.include(id) { post(message, to: id) }
        }
    }

    private func post(_ message: Datagram, to id: PlayerID) {
        guard sessions[id]?.isPlaying == true else { return }
        counters.notices += 1
        if let link = sessions[id]?.link {
            sessions[id]?.sent.append(message)
            link.post(message)
        } else if sessions[id]?.sent.queue(message) == false {
            // A client that came back could not be sent all that it missed.
            removeDisconnected(of: id)
        }
    }

    private func publish(_ outcome: TickOutcome<W.Game>, _ input: TickInput<W.Game>) {
        // A state that is only recorded is sent to no client.
        let worldSnapshot = input.watchers.isEmpty ? nil : outcome.worldSnapshot
        guard outcome.snapshot != nil || worldSnapshot != nil else { return }
        counters.snapshots.published += 1
        if outcome.snapshot != nil { publishedPlain = input.step.tick }
        if worldSnapshot != nil { publishedWorld = input.step.tick }
        var newest = [
            Publication(
                tick: input.step.tick, snapshot: outcome.snapshot, worldSnapshot: worldSnapshot,
                recipients: reception.withLock { $0.table.recipients },
                watchers: input.watchers)
        ]
        _ = publications.deliver(&newest, cost: 0)
        counters.snapshots.skipped = UInt64(publications.counts.dropped)
    }
}
