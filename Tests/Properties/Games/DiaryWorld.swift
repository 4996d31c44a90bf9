import ParleyProtocol
import ParleyWorld

/// The world of `DiaryGame`: it keeps account of what the server does with it, and complains.
actor DiaryWorld: World {
    typealias Game = DiaryGame

    let timeline = WorldTimeline()
    private var present: [Player] = []
    private var everSeen: Set<PlayerID> = []
    private var personal: [PlayerID: UInt32] = [:]
    private var applied: [PlayerID: UInt32] = [:]
    private var announced: UInt32 = 0
    private var tick: UInt32 = 0
    private var notices: [Outgoing<DiaryGame.Notice>] = []
    private var complaints: [String] = []

    /// The players in the world.
    var players: [PlayerID] { present.map(\.id) }

    /// Throws the first complaint about the server.
    func check() throws {
        try require(complaints.isEmpty, complaints.first ?? "")
    }

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        expect(everSeen.insert(request.id).inserted, "\(request.id) is given out twice")
        expect(!present.contains { $0.name == request.name }, "“\(request.name)” is taken")
        present.append(request.player)
        tell(request.id)
        announce()
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        expect(players.contains(player), "\(player) leaves (\(reason)) and is not here")
        present.removeAll { $0.id == player }
    }

    func receive(_ request: DiaryGame.Request, from player: PlayerID) {
        expect(players.contains(player), "\(player) asks for something and is not here")
        for _ in 0..<request.number { tell(player) }
        announce()
    }

    func advance(_ step: TickStep, commands: [PlayerCommand<DiaryGame.Command>]) {
        expect(step.tick.number == tick + 1, "tick \(step.tick.number) comes after \(tick)")
        tick = step.tick.number
        for command in commands {
            let (id, sequence) = (command.player, command.sequence)
            expect(players.contains(id), "\(id) commands and is not here")
            expect(sequence > applied[id, default: 0], "command \(sequence) of \(id) comes again")
            expect(sequence == command.command.number, "command \(sequence) is another one's")
            applied[id] = sequence
        }
    }

    func snapshot() -> DiaryGame.Snapshot {
        DiaryGame.Snapshot(tick: tick, players: players)
    }

    func takeNotices() -> [Outgoing<DiaryGame.Notice>] {
        defer { notices = [] }
        return notices
    }

    private func tell(_ player: PlayerID) {
        let number = personal[player, default: 0] + 1
        personal[player] = number
        notices.append(
            Outgoing(DiaryGame.Notice(isForAll: false, number: number), to: .player(player)))
    }

    private func announce() {
        announced += 1
        notices.append(Outgoing(DiaryGame.Notice(isForAll: true, number: announced)))
    }

    private func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) {
        if !condition { complaints.append(complaint()) }
    }
}
