import ParleyProtocol
import ParleyWorld
import TestGames

/// Compares a client's frames with the server's states, one by one.
struct PlayWitness: Sendable {
    private let name: String
    private let player: PlayerID
    private let book: SnapshotBook
    private let world: MeadowWorld
    private var seen: [EntityHandle: Tick] = [:]
    private var newest = Tick(number: 0)
    private var wrong: UInt64 = 0

    init(of player: PlayerID, named name: String, book: SnapshotBook, world: MeadowWorld) {
        self.name = name
        self.player = player
        self.book = book
        self.world = world
    }

    /// - Throws: `Violation` when something is not as it was, or was corrected without a reason.
    mutating func look(
        at frame: GameFrame<Meadow>, _ prediction: PredictionStatistics
    ) async throws {
        try checkReceived(frame.received)
        try checkBody(of: frame)
        try await checkCorrections(of: frame, prediction)
    }

    /// The received states equal those that the server published, word for word.
    private mutating func checkReceived(_ received: SnapshotReceiver) throws {
        var seen: [EntityHandle: Tick] = [:]
        for handle in received.entities {
            guard let tick = received.newestTick(of: handle) else { continue }
            seen[handle] = tick
            if self.seen[handle] == tick { continue }
            guard let page = book.page(of: tick) else {
                throw Violation("\(name) has \(handle) of \(tick), when nothing was shown")
            }
            guard let words = page.words(of: handle) else {
                throw Violation("\(name) has \(handle) of \(tick), when it was not there")
            }
            let own = received.words(of: handle) ?? []
            try require(
                words.elementsEqual(own),
                "\(name) has \(handle) of \(tick) as \(own), and it was \(words)")
        }
        self.seen = seen
    }

    private mutating func checkBody(of frame: GameFrame<Meadow>) throws {
        guard let body = frame.authoritative, let tick = frame.authoritativeTick,
            let handle = frame.myHandle
        else { return }
        let page = book.page(of: tick)
        guard let words = page?.words(of: handle) else {
            throw Violation("\(name) moves \(handle) of \(tick), when it was not there")
        }
        var own = Array(words)
        var span = own.mutableSpan
        body.quantise(into: &span)
        try require(
            words.elementsEqual(own),
            "\(name)'s body of \(tick) is \(own) to the client, and it was \(words)")
    }

    /// A prediction is wrong only where something happened that the client could not know.
    private mutating func checkCorrections(
        of frame: GameFrame<Meadow>, _ prediction: PredictionStatistics
    ) async throws {
        guard let tick = frame.authoritativeTick else { return }
        defer { (newest, wrong) = (tick, prediction.wrong) }
        guard prediction.wrong > wrong else { return }
        let surprises = await world.surprises[player] ?? []
        try require(
            surprises.contains { newest < $0 && $0 <= tick },
            "\(name) was corrected between \(newest) and \(tick), for no reason")
    }
}
