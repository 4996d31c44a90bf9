import ParleyProtocol
import ParleySimulation
import ParleySockets
import ParleyWorld
import TestGames

/// The state on which all sides agree once the links are good and no player gives commands.
struct Agreement: Sendable {
    private let play: MeadowTrial

    init(_ play: MeadowTrial) {
        self.play = play
    }

    private static let limit = Duration.seconds(12)

    /// Waits until all clients have the server's state, and checks that they keep it.
    func wait(for count: Int) async throws {
        var requests = 0
        var complaint: String?
        repeat {
            // One that was long under way, over TCP, changes everything once more.
            requests = await play.world.requestCount
            try await agree(count)
            complaint = try await complaintAboutQuiet(count)
        } while await play.world.requestCount != requests
        if let complaint { throw Violation(complaint) }
    }

    private func agree(_ count: Int) async throws {
        let clock = play.trial.simulation.clock
        let deadline = clock.now.advanced(by: Self.limit)
        while let complaint = try await complaint(count) {
            try require(clock.now < deadline, "\(Self.limit) after calming down, \(complaint)")
            try await play.trial.sleep(.milliseconds(100))
        }
    }

    /// What a second in which nothing happens brings all the same.
    private func complaintAboutQuiet(_ count: Int) async throws -> String? {
        let before = play.roster.seats.map(\.client.statistics)
        try await play.trial.sleep(.seconds(1))
        if let complaint = try await complaint(count) {
            return "a second after all agreed, \(complaint)"
        }
        for (seat, before) in zip(play.roster.seats, before) where seat.client.frame()?.me != nil {
            let after = seat.client.statistics
            let (then, now) = (before.prediction, after.prediction)
            // A clock that finds out how much better the link is now may jump back once, and is then
            // behind the server for a moment.
            let hasJumped = after.jumps != before.jumps
            guard now.wrong == then.wrong, hasJumped || now.unpredicted == then.unpredicted else {
                return "\(seat.name) was corrected when all was quiet"
            }
            guard now.right > then.right + 5 else { return "\(seat.name) predicts nothing" }
        }
        return nil
    }

    /// The first disagreement; nil when there is none.
    private func complaint(_ count: Int) async throws -> String? {
        guard let page = play.book.newest else { return "nothing is shown" }
        let seats = play.roster.seats
        guard seats.count == count else { return "only \(seats.count) players are in" }
        for seat in seats {
            guard let frame = seat.client.frame() else { return "\(seat.name) shows nothing" }
            let (body, runner) = await play.world.runner(of: seat.player)
            if let complaint = Self.complaint(about: frame, body, runner) {
                return "\(seat.name) \(complaint)"
            }
            if let complaint = complaint(about: frame, page) { return "\(seat.name) \(complaint)" }
        }
        return nil
    }

    private static func complaint(
        about frame: GameFrame<Meadow>, _ body: EntityHandle?, _ runner: Runner?
    ) -> String? {
        guard frame.myHandle == body else {
            return "moves \(String(describing: frame.myHandle)), not \(String(describing: body))"
        }
        guard let runner else { return frame.me == nil ? nil : "moves what is not there" }
        guard let me = frame.me, let received = frame.authoritative else { return "shows no body" }
        guard received.position == runner.position, received.velocity == runner.velocity else {
            return "received \(received), and it is \(runner)"
        }
        // Drawn on the curve that the last of the velocity makes, which is too slow to get anywhere.
        let error = me.position - runner.position
        return abs(error.x) + abs(error.y) < 0.002 ? nil : "predicts \(me), and it is \(runner)"
    }

    /// Whether a state is the newest one; that of a runner but for the steps, which go on.
    private static func isSame(
        _ words: ArraySlice<UInt32>, _ received: [UInt32], _ entry: WorldSnapshot.Entry?
    ) -> Bool {
        if words.elementsEqual(received) { return true }
        guard entry?.type == Meadow.bodies.index else { return false }
        let (now, then) = (Array(words), received)
        var runner = Runner(dequantising: now.span)
        let other = Runner(dequantising: then.span)
        runner.steps = other.steps
        return runner == other
    }

    /// The client has everything in its interest as it is, and nothing else.
    private func complaint(about frame: GameFrame<Meadow>, _ page: SnapshotBook.Page) -> String? {
        let received = frame.received
        for handle in received.entities {
            guard let words = page.words(of: handle) else {
                return "shows \(handle), which is gone"
            }
            guard Self.isSame(words, received.words(of: handle) ?? [], page.entry(of: handle))
            else {
                return "has another state of \(handle)"
            }
        }
        guard let me = frame.myHandle, let place = page.entry(of: me)?.place else { return nil }
        let interest = play.world.interest
        for entry in page.snapshot.entries where entry.handle != me {
            let way = entry.place - place
            let distance = (way * way).sum().squareRoot()
            let isShown = received.contains(entry.handle)
            if distance <= interest.radius, !isShown { return "does not see \(entry.handle)" }
            if distance > interest.radius * interest.hysteresis, isShown {
                return "sees \(entry.handle), which is \(distance) m away"
            }
        }
        return nil
    }
}
