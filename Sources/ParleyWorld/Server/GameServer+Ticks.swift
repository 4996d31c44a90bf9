import ParleyDatagrams
import ParleyProtocol
import ParleySessions
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
            if isFrozen() { continue }
            counters.ticks.note(due)
            for _ in 0..<due.steps {
                try Task.checkCancellation()
                await runStep()
            }
        }
    }

    private func runStep() async {
        // A step that catches up takes what came during the one before it, too.
        let turn = await sessions.takeTurn()
        tick = Tick(number: tick.number &+ 1)
        var answers: [SessionAction] = []
        let input = takeTickInput(turn, &answers)
        let began = network.clock.now
        let outcome = await world.runTurn(input)
        let duration = began.duration(to: network.clock.now)
        counters.ticks.note(stepOf: duration, allowed: stepDuration)
        for event in outcome.events { append(event, to: &answers) }
        if !answers.isEmpty { await sessions.perform(answers) }
        // The world's logic may have been cancelled in the middle of this tick, and what it does at its end is in no replay.
        // The tick loop is the first child of the group, and so is cancelled before the logic.
        if Task.isCancelled { return }
        publish(outcome, input)
        if let failure = recorder?.record(input, outcome) { endRecording(failure) }
    }

    /// Stops recording. The game goes on.
    func endRecording(_ failure: RecordingFailure) {
        isRecording = false
        eventSink.yield(.recordingEnded(failure))
    }

    /// All that came since the last tick.
    ///
    /// - Parameter answers: Gets the end of each session that has sent what is no request, and the
    ///   refusal of each whose join value is none.
    private func takeTickInput(
        _ turn: SessionTurn, _ answers: inout [SessionAction]
    ) -> TickInput<W.Game> {
        let requests = decode(turn.requests, &answers)
        let joins = decode(turn.joins, &answers)
        counters.requests += UInt64(requests.count)
        let taken = Tick(number: broadcastTick.load(ordering: .relaxed))
        let isDue = cadence.isDue(at: tick) || taken < publishedPlain
        // A snapshot that was published and not taken is replaced; its clients stay due.
        let since = taken < publishedWorld ? taken : tick.advanced(by: -1)
        let (now, exceptions) = (network.clock.now, snapshotExceptions())
        let (hasPlainPlayers, watchers) = sessions.reception.withLock { reception in
            reception.takeCommands(for: tick, at: now, into: &commands)
            let watchers = reception.table.predictingPlayers {
                exceptions.isDue($0) ?? cadence.isDue($0, at: tick, since: since)
            }
            return (reception.table.hasPlainPlayers, watchers)
        }
        return TickInput(
            step: TickStep(tick: tick, duration: stepDuration), requests: requests,
            leaves: turn.leaves, joins: joins, commands: decodeCommands(),
            wantsSnapshot: isDue && (predictionParameters == nil || hasPlainPlayers),
            watchers: watchers,
            wantsWorldSnapshot: isRecording && predictionParameters != nil)
    }

    /// Decodes the step's commands, and counts what became of them.
    private func decodeCommands() -> [PlayerCommand<W.Game.Command>] {
        let decoded = W.Game.decode(&commands, by: &decoder)
        sessions.reception.withLock { $0.count(commands) }
        return decoded
    }

    /// Decodes requests. One that cannot be decoded ends its player's session, and those behind it
    /// are dropped.
    private func decode(
        _ requests: [SessionRequest], _ answers: inout [SessionAction]
    ) -> [PlayerRequest<W.Game.Request>] {
        var decoded: [PlayerRequest<W.Game.Request>] = []
        var offender: PlayerID?
        for request in requests where request.player != offender {
            do throws(DatagramError) {
                decoded.append(
                    PlayerRequest(
                        player: request.player,
                        request: try request.payload.decoded(limits: SessionFormat.requestLimits)))
            } catch {
                offender = request.player
                answers.append(.end(request.player, .violation("\(error)")))
            }
        }
        return decoded
    }

    /// Decodes what players send beside their names. A player whose value cannot be decoded is refused.
    private func decode(
        _ joins: [SessionJoin], _ answers: inout [SessionAction]
    ) -> [JoinRequest<W.Game>] {
        var decoded: [JoinRequest<W.Game>] = []
        for join in joins {
            do throws(DatagramError) {
                let value: W.Game.Join = try join.payload.decoded(limits: SessionFormat.joinLimits)
                decoded.append(
                    JoinRequest(
                        join.player, join: value, account: join.account, address: join.address,
                        isEncrypted: join.isEncrypted))
            } catch {
                let text = "the join value is not one of this game: \(error)"
                answers.append(.refuse(join.player.id, JoinRefusal(text)))
            }
        }
        return decoded
    }

    private func append(_ event: TickEvent<W.Game>, to answers: inout [SessionAction]) {
        switch event {
        case .joined(let id): answers.append(.welcome(id))
        case .refused(let id, let refusal): answers.append(.refuse(id, refusal))
        case .notices(let notices):
            for outgoing in notices { append(outgoing, to: &answers) }
        }
    }

    /// Encodes a notice once for all its recipients.
    private func append(_ outgoing: Outgoing<W.Game.Notice>, to answers: inout [SessionAction]) {
        guard
            let message = try? ServerMessage.notice(encoding: outgoing.notice),
            message.count <= Int(UInt16.max)
        else {
            counters.unsendableNotices += 1
            return
        }
        answers.append(.post(message, to: outgoing.recipients))
    }

    private func publish(_ outcome: TickOutcome<W.Game>, _ input: TickInput<W.Game>) {
        // The step has taken out bodies that the snapshot would show as missing.
        let held = input.watchers.isEmpty ? [] : snapshotExceptions().held
        let watchers = held.isEmpty ? input.watchers : input.watchers.filter { !held.contains($0) }
        // A state that is only recorded is sent to no client.
        let worldSnapshot = watchers.isEmpty ? nil : outcome.worldSnapshot
        guard outcome.snapshot != nil || worldSnapshot != nil else { return }
        counters.snapshots.published += 1
        if outcome.snapshot != nil { publishedPlain = input.step.tick }
        if worldSnapshot != nil { publishedWorld = input.step.tick }
        var newest = [
            Publication(
                tick: input.step.tick, snapshot: outcome.snapshot, worldSnapshot: worldSnapshot,
                recipients: sessions.reception.withLock { $0.table.recipients },
                watchers: watchers)
        ]
        _ = publications.deliver(&newest, cost: 0)
        counters.snapshots.skipped = UInt64(publications.counts.dropped)
    }
}
