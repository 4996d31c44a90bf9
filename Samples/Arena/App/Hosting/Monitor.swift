import ArenaGame
import Parley
import SampleSupport

/// The server's own view, in its process.
struct Monitor {
    let server: GameServer<ArenaWorld>
    let crew: BotCrew
    let places: MeetingPlaces

    private var clock: any NetworkClock { server.network.clock }

    // MARK: In a terminal

    /// Shows an area of the arena until `q` is pressed; a number key chooses which.
    func show(_ depth: ColorDepth) async throws {
        let viewedArea = ViewedArea()
        try await Terminal.withFullScreen(raw: true) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await draw(depth, viewedArea) }
                if Terminal.isInput { group.addTask { await viewedArea.follow(Keyboard.keys()) } }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Draws fifteen frames a second.
    private func draw(_ depth: ColorDepth, _ viewedArea: ViewedArea) async throws {
        var view = ArenaView(depth: depth)
        var meter = Meter()
        while true {
            let statistics = await server.statistics
            meter.note(statistics, at: clock.now)
            var frame = await frame(statistics, meter, await viewedArea.area)
            frame.roundTrips = await crew.roundTrips
            Terminal.show(view.render(frame, Terminal.size))
            try await clock.sleep(for: .milliseconds(66))
        }
    }

    private func frame(
        _ statistics: ServerStatistics, _ meter: Meter, _ area: Area
    ) async -> Frame {
        var frame = Frame()
        frame.scene = await server.world.scene(of: area)
        frame.title =
            "PARLEY ARENA   \(Grounds.name(of: area))   port \(places.addresses.tcp.port), encrypted   "
            + "\(statistics.players.counted("player"))   "
            + "\(server.configuration.tickRate) Hz   tick \(statistics.ticks.count)"
        frame.hints =
            ["q quits"] + frame.scene.populations + ["join: \(places.command)"]
        frame.vitals = meter.vitals
        frame.tickTimes = meter.tickTimes
        frame.time = clock.now.sinceEpoch / .seconds(1)
        return frame
    }

    // MARK: Line by line

    /// Prints joins and leaves, and the server's numbers at each interval.
    func report(every interval: Duration) async throws {
        printLine("listening on \(places.addresses.tcp), encrypted; join with: \(places.command)")
        if let line = places.pandaLine { printLine(line) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await reportEvents() }
            group.addTask { try await reportNumbers(every: interval) }
            try await group.next()
            group.cancelAll()
        }
    }

    private func reportEvents() async {
        for await event in server.events {
            switch event {
            case .listening: break
            case .playerJoined(let player): printLine("+ \(player.name) joined")
            case .playerDisconnected(let player): printLine("? \(player.name) is away")
            case .playerReconnected(let player): printLine("+ \(player.name) is back")
            case .playerLeft(let player, let reason): printLine("- \(player.name): \(reason)")
            case .refused(let address, let goodbye): printLine("! \(address): \(goodbye.text)")
            case .recordingEnded(let failure): printLine("! not recorded any more: \(failure)")
            }
        }
    }

    private func reportNumbers(every interval: Duration) async throws {
        var meter = Meter()
        var nextLine = clock.now.advanced(by: interval)
        while true {
            try await clock.sleep(for: .milliseconds(50))
            let statistics = await server.statistics
            meter.note(statistics, at: clock.now)
            guard clock.now >= nextLine else { continue }
            nextLine = nextLine.advanced(by: interval)
            let scene = await server.world.scene()
            printLine(line(statistics, meter, scene))
        }
    }

    private func line(
        _ statistics: ServerStatistics, _ meter: Meter, _ scene: ArenaScene
    ) -> String {
        let numbers = meter.vitals.map { "\($0.name) \($0.value)" }.joined(separator: " | ")
        let it = scene.snapshot.it.map { scene.name(of: $0) } ?? "nobody"
        return
            "tick \(statistics.ticks.count) | \(statistics.players.counted("player")) | \(it) is it | "
            + numbers
    }
}

extension ServerStatistics {
    /// The last line of a server.
    var summary: String {
        let worst = ticks.duration.worst.text
        let missed = (input.missedShare * 100).text(digits: 1)
        return "served \(ticks.count) ticks (worst \(worst), \(ticks.skipped) skipped), "
            + "missed \(missed) % of commands, "
            + "\(received.datagrams) datagrams in, \(snapshots.datagrams) snapshots out"
    }
}
