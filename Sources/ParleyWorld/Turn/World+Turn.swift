import ParleySockets

extension World {
    /// Runs one tick: first the logic that is due, and when all of it waits again, the turn.
    ///
    /// A server, a `WorldDriver` and a replay all run a world by this function. In a tick without due
    /// logic it is a single call into the world.
    nonisolated func runTurn(_ input: TickInput<Game>) async -> TickOutcome<Game> {
        var budget = WorldTimeline.jobsPerTick
        while true {
            // Resumed logic has queued up for the world's actor; the next call comes after it.
            if let outcome = await attemptTurn(input, &budget) { return outcome }
        }
    }

    /// Runs the turn, or returns nil if logic has to run before it, which then waits for the world's
    /// actor.
    ///
    /// The logic's jobs run here until each needs the world. The world is busy with this call, so they
    /// queue up for it in their order, and no other executor takes part.
    private func attemptTurn(
        _ input: TickInput<Game>, _ budget: inout Int
    ) -> TickOutcome<Game>? {
        let hasRun = timeline.logic.runAll(within: &budget) {
            if timeline.tick != input.step.tick { timeline.advance(to: input.step.tick) }
        }
        return hasRun ? nil : takeTurn(input)
    }

    /// Runs the logic that can run outside of any tick, until all of it waits.
    nonisolated func settle() async {
        var budget = WorldTimeline.jobsPerTick
        while await runLogic(&budget) {}
    }

    private func runLogic(_ budget: inout Int) -> Bool { timeline.logic.runAll(within: &budget) }

    /// The part of a turn after the logic. Nothing runs in between.
    ///
    /// Notices are drained before each join, so those of a newcomer are the ones that follow.
    private func takeTurn(_ input: TickInput<Game>) -> TickOutcome<Game> {
        var outcome = TickOutcome<Game>()
        for request in input.requests { receive(request.request, from: request.player) }
        takeLeaves(input.leaves)
        for request in input.joins {
            outcome.events.append(.notices(takeNotices()))
            do {
                try join(request)
                outcome.events.append(.joined(request.id))
            } catch {
                outcome.events.append(.refused(request.id, error))
            }
        }
        advance(input.step, commands: input.commands)
        outcome.events.append(.notices(takeNotices()))
        if input.wantsSnapshot { outcome.snapshot = snapshot() }
        if input.wantsWorldSnapshot || !input.watchers.isEmpty {
            outcome.worldSnapshot = worldSnapshot(at: input.step.tick, for: input.watchers)
        }
        return outcome
    }

    /// Tells the world which players left, in a tick or when the server ends.
    func takeLeaves(_ leaves: [Departure]) {
        for departure in leaves { leave(departure.player, because: departure.reason) }
    }
}
