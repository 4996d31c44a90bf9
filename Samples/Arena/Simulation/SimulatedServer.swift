import ArenaGame
import Parley
import ParleySimulation

/// The server of a simulated arena. After each crash of its host it starts again with a new world.
final class SimulatedServer: Sendable {
    typealias Life = GameServer<ArenaWorld>

    private let plan: ArenaPlan
    private let host: SimulatedHost
    private let witness: ArenaWitness
    private let current = Slot<Life>()
    private let lives: AsyncStream<Life>
    private let births: AsyncStream<Life>.Continuation
    private let end: AsyncStream<Void>
    private let ending: AsyncStream<Void>.Continuation

    init(_ plan: ArenaPlan, on host: SimulatedHost, witness: ArenaWitness) {
        self.plan = plan
        self.host = host
        self.witness = witness
        (lives, births) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(10_000))
        (end, ending) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// The running server; a later one takes its place.
    var life: Life? { current.value }

    /// Serves until `stop()`, and then until the last session has ended.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.serveUntilStopped() }
            // These tasks must outlive a crash, because they check how a life ends.
            for await life in lives {
                group.addTask { await SessionLedger(self.witness).follow(life) }
            }
        }
    }

    /// Lets `run()` end.
    func stop() {
        ending.finish()
    }

    private func serveUntilStopped() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepServing() }
            group.addTask { for await _ in self.end {} }
            await group.next()
            group.cancelAll()
        }
        births.finish()
    }

    private func keepServing() async {
        do {
            try await host.keepRunning { await self.serve() }
            witness.complain("the server stopped of its own accord")
        } catch {
            if !Task.isCancelled { witness.complain("the server stopped: \(error)") }
        }
    }

    /// One life, from the start to the crash.
    private func serve() async {
        let (witness, life) = (witness, witness.beginLife())
        let world = ArenaWorld(npcs: plan.npcs, seed: plan.seed &+ UInt64(life)) { snapshot in
            witness.published(snapshot, in: life)
        }
        let server = Life(world: world, configuration: plan.server, network: host)
        current.value = server
        births.yield(server)
        do {
            try await server.run()
            if !Task.isCancelled { witness.complain("life \(life + 1) ended of its own accord") }
        } catch {
            witness.complain("life \(life + 1) ended: \(error)")
        }
    }
}
