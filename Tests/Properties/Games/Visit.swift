import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld

/// One session of a player in `DiaryGame`, and what has to be true of it.
struct Visit: Sendable {
    let trial: Trial
    let host: String
    var port: UInt16 = 9_099
    var configuration = GameClientConfiguration()
    /// How many commands and requests it makes.
    var actions = 0...60
    /// The longest time between two of them is drawn from here, in milliseconds.
    var pace = 10...500
    /// How long it then stays for a snapshot and the notices that it has asked for; not at all if nil.
    var patience: Duration?
    /// What it saw.
    let book = VisitBook()

    /// Plays for a random while, or until the session is lost.
    ///
    /// - Throws: `Violation`; a session that is lost, or never began, is none.
    /// - Returns: Whether it was let in.
    @discardableResult
    func run() async throws -> Bool {
        var configuration = configuration
        configuration.ticket = Canary.datagram
        let client = GameClient<DiaryGame>(
            server: "server", port: port, name: Canary.text, configuration: configuration,
            network: trial.simulation.host(host))
        trial.witness.see(client, as: "the client on \(host)")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await session(of: client) }
            group.addTask { try await readSnapshots(of: client) }
            group.addTask { try await readNotices(of: client) }
            let player = try? await client.joined()
            if player != nil {
                try await act(as: client)
                try await wait(for: client)
            }
            group.cancelAll()
            try await group.waitForAll()
            return player != nil
        }
    }

    private func session(of client: GameClient<DiaryGame>) async throws {
        do {
            try await client.run()
        } catch let error as GameClientError {
            // The description of the fault.
            try require(!error.description.isEmpty, "a session ended without a word")
            book.error = error
        } catch {
            throw Violation("a session ended with \(type(of: error)) “\(error)”")
        }
    }

    /// Commands and asks at random times, until the session ends or it has had enough.
    private func act(as client: GameClient<DiaryGame>) async throws {
        let pace = Duration.milliseconds(trial.chance(self.pace))
        var commands: UInt32 = 0
        for _ in 0..<trial.chance(actions) {
            do {
                if trial.chance(0...4) == 0 {
                    let count = UInt32(trial.chance(0...9))
                    try await client.request(DiaryGame.Request(number: count))
                    book.asked(for: count)
                } else {
                    commands += 1
                    let number = try await client.send(DiaryGame.Command(number: commands))
                    try require(number == commands, "command \(commands) got number \(number)")
                }
                try await trial.sleep(upTo: pace)
            } catch let violation as Violation {
                throw violation
            } catch {
                return
            }
        }
    }

    /// Waits until all notices are there, or the session is over.
    private func wait(for client: GameClient<DiaryGame>) async throws {
        guard let patience else { return }
        let end = trial.simulation.clock.now.advanced(by: patience)
        while !book.isComplete, client.connectionState != .ended {
            try require(
                trial.simulation.clock.now < end,
                "\(book.notices) of \(book.expected) notices and \(book.snapshots) snapshots have "
                    + "come, \(patience) after the last request")
            guard (try? await trial.sleep(.milliseconds(500))) != nil else { return }
        }
    }

    private func readSnapshots(of client: GameClient<DiaryGame>) async throws {
        var newest: TimedSnapshot<DiaryGame.Snapshot>?
        for await timed in client.snapshots {
            let snapshot = timed.snapshot
            try require(
                snapshot.tick == timed.tick.number,
                "a snapshot of tick \(snapshot.tick) came as one of \(timed.tick)")
            if let newest {
                try require(timed.tick > newest.tick, "\(timed.tick) came after \(newest.tick)")
                try require(timed.received >= newest.received, "time ran backwards")
                try require(
                    timed.acknowledgedSequence >= newest.acknowledgedSequence,
                    "an acknowledgement was taken back")
            }
            try require(
                Set(snapshot.players).count == snapshot.players.count, "a player is there twice")
            if let player = try? await client.joined() {
                try require(
                    snapshot.players.contains(player.id), "\(player.id) is not in its snapshot")
            }
            newest = timed
            book.sawSnapshot(at: timed.received)
        }
    }

    private func readNotices(of client: GameClient<DiaryGame>) async throws {
        var personal: UInt32 = 0
        var announced: UInt32?
        for await notice in client.notices {
            if notice.isForAll {
                let expected = announced.map { $0 + 1 } ?? notice.number
                try require(
                    notice.number == expected,
                    "announcement \(notice.number) came instead of \(expected)")
                announced = notice.number
            } else {
                personal += 1
                book.sawNotice()
                try require(
                    notice.number == personal, "notice \(notice.number) came instead of \(personal)"
                )
            }
        }
    }
}
