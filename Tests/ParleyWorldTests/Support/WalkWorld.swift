import ParleyProtocol
import ParleyWorld

/// The world of `WalkGame`, which keeps a diary of what the server did with it.
actor WalkWorld: World {
    typealias Game = WalkGame

    let timeline = WorldTimeline()
    private let logic: @Sendable (isolated WalkWorld) async throws -> Void
    private var notices: [Outgoing<WalkGame.Notice>] = []
    private(set) var state = WalkGame.Snapshot()
    private(set) var commands: [UInt32: [PlayerCommand<WalkGame.Command>]] = [:]
    private(set) var requests: [String] = []
    private(set) var leaves: [PlayerID: LeaveReason] = [:]
    private(set) var ticks: [UInt32] = []
    var onTick: (@Sendable (isolated WalkWorld, UInt32) -> Void)?

    /// A world with async logic of its own.
    init(logic: @escaping @Sendable (isolated WalkWorld) async throws -> Void = { _ in }) {
        self.logic = logic
    }

    func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        guard request.name != "Villain" else { throw JoinRefusal("no villains here") }
        state.places[request.id] = 0
        say("welcome", to: .player(request.id))
        say("\(request.name) joined", to: .allExcept(request.id))
    }

    func leave(_ player: PlayerID, because reason: LeaveReason) {
        leaves[player] = reason
        state.places[player] = nil
    }

    func receive(_ request: WalkGame.Request, from player: PlayerID) {
        requests.append(request.text)
        if request.text == "everything" {
            for index in 0..<100 { say("line \(index)", to: .player(player)) }
        } else {
            say(request.text, from: player, to: .all)
        }
    }

    func advance(_ step: TickStep, commands: [PlayerCommand<WalkGame.Command>]) {
        ticks.append(step.tick.number)
        if !commands.isEmpty { self.commands[step.tick.number] = commands }
        for command in commands { state.places[command.player]? += command.command.step }
        onTick?(self, step.tick.number)
    }

    func snapshot() -> WalkGame.Snapshot { state }

    func takeNotices() -> [Outgoing<WalkGame.Notice>] {
        defer { notices = [] }
        return notices
    }

    func run() async throws { try await logic(self) }

    func say(_ text: String, from: PlayerID = PlayerID(rawValue: 0), to recipients: Recipients) {
        notices.append(Outgoing(WalkGame.Notice(from: from, text: text), to: recipients))
    }

    func pad(_ bytes: Int) { state.padding = bytes }

    func atEachTick(_ action: @escaping @Sendable (isolated WalkWorld, UInt32) -> Void) {
        onTick = action
    }
}
