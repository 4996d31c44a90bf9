import ParleyProtocol
import ParleySessions
import ParleySockets

extension GameServer {
    /// Runs the sessions, and the game on top of them. The world is told of the last departures.
    func serve() async throws {
        if let recording {
            recorder = try await SessionRecorder.begin(
                recording, schema: predictionParameters?.schema, tickRate: configuration.tickRate)
            isRecording = true
        }
        let result: Result<Void, any Error>
        do {
            try await sessions.run { try await self.runChildren(on: $0) }
            result = .success(())
        } catch SessionListenerError.socketEnded(let socket) {
            result = .failure(GameServerError.socketEnded(socket))
        } catch {
            result = .failure(error)
        }
        await world.takeLeaves(sessions.takeLeaves())
        if let failure = await recorder?.finish() { endRecording(failure) }
        try result.get()
    }

    /// Runs the game's tasks. When one fails, or the server is cancelled, all end.
    private func runChildren(on bound: SessionListener.Bound) async throws {
        let world = world
        world.timeline.begin(tickRate: configuration.tickRate, above: bound.loop.taskExecutor)
        addresses.fulfil(.success(bound.addresses))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.runTicks() }
            group.addTask { await self.broadcastSnapshots(over: bound.socket) }
            group.addTask(executorPreference: world.timeline.logic) { try await world.run() }
            // Not waitForAll(): that throws only after the last child, and none is cancelled.
            while try await group.next() != nil {}
        }
    }
}
