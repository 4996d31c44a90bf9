import Parley

/// A field of grass, on the server.
actor WalkWorld: World {
    typealias Game = WalkGame

    let timeline = WorldTimeline()
    private var places: [PlayerID: WalkGame.Place] = [:]
    private var notices: [Outgoing<WalkGame.Notice>] = []
    private(set) var bells = 0

    func join(_ request: JoinRequest<WalkGame>) throws(JoinRefusal) {
        places[request.id] = WalkGame.Place()
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        places[player] = nil
    }

    func receive(_ request: WalkGame.Request, from player: PlayerID) {
        notices.append(Outgoing(.waved(by: player), to: .allExcept(player)))
    }

    func advance(_ step: TickStep, commands: [PlayerCommand<WalkGame.Command>]) {
        for command in commands {
            // The server decides the speed, whatever the client sends.
            let speed = 2.0 * step.seconds
            places[command.player]?.x += speed * max(-1, min(1, command.command.dx))
            places[command.player]?.y += speed * max(-1, min(1, command.command.dy))
        }
    }

    func snapshot() -> WalkGame.Snapshot {
        WalkGame.Snapshot(places: places)
    }

    func takeNotices() -> [Outgoing<WalkGame.Notice>] {
        defer { notices = [] }
        return notices
    }

    /// Async game logic: a bell that rings twice a second, in world time.
    func run() async throws {
        while true {
            try await sleep(for: .milliseconds(500))
            bells += 1
        }
    }
}
