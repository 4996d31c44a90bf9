import ArenaGame
import Parley
import SampleSupport

/// A recorded arena: shown, or run again and compared.
struct ReplayRun {
    private let path: String
    private let isCheck: Bool
    private let depth: ColorDepth
    private let ending: Ending
    private let clock: any NetworkClock = SystemNetwork().clock

    init(_ arguments: Arguments, _ signals: Signals) {
        path = arguments.operand
        isCheck = arguments[Options.check]
        depth = .detect(noColor: arguments[Options.noColor])
        ending = Ending(signals: signals)
    }

    func run() async throws {
        do {
            let reader = try RecordingReader<ArenaRules>(path: path)
            if isCheck { return try await check(reader) }
            var film = try Film(reader)
            if Terminal.isOutput { try await show(&film) } else { try await report(&film) }
        } catch RecordingFailure.file(.system(let operation, let path, let code)) {
            // The error's own text names the file already.
            let error = RecordingError.system(operation: operation, path: path, code: code)
            throw Failure(error.description)
        } catch let failure as RecordingFailure {
            throw Failure("\(path): \(failure)")
        }
    }

    /// Prints how the recording ended.
    ///
    /// - Throws: `Failure` if it did not end with the game.
    private func close(_ ending: RecordingEnding?) throws {
        guard let ending else { return }
        guard ending == .finished else { throw Failure("\(path): \(ending)") }
        printLine("\(ending)")
    }

    /// Runs the rules again on the recorded input.
    private func check(_ reader: RecordingReader<ArenaRules>) async throws {
        let report = try await Replay.check(reader) { header in
            try ArenaWorld(replaying: header)
        }
        if let difference = report.difference { throw Failure(difference.description) }
        printLine("\(report.ticks.counted("tick")) checked, all the same")
        if report.ending != .finished { try close(report.ending) }
    }

    // MARK: In a terminal

    private func show(_ film: inout Film) async throws {
        let desk = ReplayDesk()
        var view = ArenaView(depth: depth)
        try await Terminal.withFullScreen(raw: true) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if Terminal.isInput { group.addTask { await desk.follow(Keyboard.keys()) } }
                group.addTask { [ending, clock] in
                    try? await ending.wait(clock)
                    await desk.end()
                }
                defer { group.cancelAll() }
                try await play(&film, desk) { film in
                    Terminal.show(view.render(await frame(film, desk), Terminal.size))
                }
            }
        }
        try close(film.ending)
    }

    private func frame(_ film: Film, _ desk: ReplayDesk) async -> Frame {
        var scene = film.scene.scene
        scene.look(at: await desk.area)
        let speed = await desk.speedText
        var frame = Frame()
        frame.scene = scene
        frame.title =
            "PARLEY ARENA   replay of \(path)   \(Grounds.name(of: scene.area))   "
            + "\(film.timeText)   " + (film.ending?.description ?? speed)
        frame.hints = ["q leaves", "space pauses", "+ and - change the speed"] + scene.census
        frame.vitalsTitle = "REPLAY"
        frame.vitals = [
            Vital("tick", "\(film.scene.tick.number)"), Vital("time", film.timeText),
            Vital("speed", speed), Vital("players", "\(film.players)"),
        ]
        frame.time = film.seconds
        return frame
    }

    // MARK: Line by line

    /// A line for each second.
    private func report(_ film: inout Film) async throws {
        printLine("\(path): seed \(film.header.seed), \(film.header.tickRate) ticks a second")
        let desk = ReplayDesk()
        var nextLine = 0.0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [ending, clock] in
                try? await ending.wait(clock)
                await desk.end()
            }
            defer { group.cancelAll() }
            try await play(&film, desk) { film in
                if film.ending != nil { await desk.end() }
                guard film.seconds >= nextLine || film.ending != nil else { return }
                nextLine += 1
                let scene = film.scene.scene
                let it = scene.snapshot.it.map { scene.name(of: $0) } ?? "nobody"
                printLine(
                    "\(film.timeText) | tick \(film.scene.tick.number) | "
                        + "\(film.players.counted("player")) | \(it) is it")
            }
        }
        try close(film.ending)
    }

    /// Advances the recording at the chosen speed, thirty frames a second.
    private func play(
        _ film: inout Film, _ desk: ReplayDesk, _ show: (Film) async -> Void
    ) async throws {
        var last = clock.now
        while !(await desk.isOver) {
            let now = clock.now
            // A program that was stopped for a while goes on where it was.
            let elapsed = min(last.duration(to: now), .milliseconds(250))
            last = now
            try film.advance(by: await desk.speed * (elapsed / .seconds(1)))
            await show(film)
            try? await clock.sleep(for: .milliseconds(33))
        }
    }
}
