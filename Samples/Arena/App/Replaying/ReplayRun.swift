import ArenaGame
import Parley
import SampleSupport

/// A recorded arena: shown, or run again and compared.
struct ReplayRun {
    private let path: String
    private let isCheck: Bool
    private let depth: ColorDepth
    private let signals: Signals
    private let ending: EndCondition
    private let clock: any NetworkClock = SystemNetwork().clock

    init(_ arguments: Arguments, _ signals: Signals) {
        path = arguments.operand
        isCheck = arguments[Options.check]
        depth = .detect(noColor: arguments[Options.noColor])
        self.signals = signals
        ending = EndCondition(signals: signals)
    }

    func run() async throws {
        do {
            let reader = try RecordingReader<ArenaRules>(path: path)
            if isCheck { return try await check(reader) }
            var playback = try RecordingPlayback(reader)
            if Terminal.isOutput { try await show(&playback) } else { try await report(&playback) }
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
        signals.useDefaults()
        let report = try await Replay.check(reader) { header in
            try ArenaWorld(replaying: header)
        }
        if let difference = report.difference { throw Failure(difference.description) }
        printLine("\(report.ticks.counted("tick")) checked, all the same")
        if report.ending != .finished { try close(report.ending) }
    }

    // MARK: In a terminal

    private func show(_ playback: inout RecordingPlayback) async throws {
        let controls = ReplayControls()
        var view = ArenaView(depth: depth)
        try await Terminal.withFullScreen(raw: true) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                if Terminal.isInput { group.addTask { await controls.follow(Keyboard.keys()) } }
                group.addTask { [ending, clock] in
                    try? await ending.wait(clock)
                    await controls.end()
                }
                defer { group.cancelAll() }
                try await play(&playback, controls) { playback in
                    Terminal.show(view.render(await frame(playback, controls), Terminal.size))
                }
            }
        }
        try close(playback.ending)
    }

    private func frame(_ playback: RecordingPlayback, _ controls: ReplayControls) async -> Frame {
        var scene = playback.scene.scene
        scene.look(at: await controls.area)
        let speed = await controls.speedText
        var frame = Frame()
        frame.scene = scene
        frame.title =
            "PARLEY ARENA   replay of \(path)   \(Grounds.name(of: scene.area))   "
            + "\(playback.timeText)   " + (playback.ending?.description ?? speed)
        frame.hints = ["q leaves", "space pauses", "+ and - change the speed"] + scene.populations
        frame.vitalsTitle = "REPLAY"
        frame.vitals = [
            Vital("tick", "\(playback.scene.tick.number)"), Vital("time", playback.timeText),
            Vital("speed", speed), Vital("players", "\(playback.players)"),
        ]
        frame.time = playback.seconds
        return frame
    }

    // MARK: Line by line

    /// A line for each second.
    private func report(_ playback: inout RecordingPlayback) async throws {
        printLine(
            "\(path): seed \(playback.header.seed), \(playback.header.tickRate) ticks a second")
        let controls = ReplayControls()
        var nextLine = 0.0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [ending, clock] in
                try? await ending.wait(clock)
                await controls.end()
            }
            defer { group.cancelAll() }
            try await play(&playback, controls) { playback in
                if playback.ending != nil { await controls.end() }
                guard playback.seconds >= nextLine || playback.ending != nil else { return }
                nextLine += 1
                let scene = playback.scene.scene
                let it = scene.snapshot.it.map { scene.name(of: $0) } ?? "nobody"
                printLine(
                    "\(playback.timeText) | tick \(playback.scene.tick.number) | "
                        + "\(playback.players.counted("player")) | \(it) is it")
            }
        }
        try close(playback.ending)
    }

    /// Advances the recording at the chosen speed, thirty frames a second.
    private func play(
        _ playback: inout RecordingPlayback, _ controls: ReplayControls,
        _ show: (RecordingPlayback) async -> Void
    ) async throws {
        var last = clock.now
        while !(await controls.isOver) {
            let now = clock.now
            // A program that was stopped for a while goes on where it was.
            let elapsed = min(last.duration(to: now), .milliseconds(250))
            last = now
            try playback.advance(by: await controls.speed * (elapsed / .seconds(1)))
            await show(playback)
            try? await clock.sleep(for: .milliseconds(33))
        }
    }
}
