import ParleyDatagrams
public import ParleyHandoff
public import ParleyProtocol
public import ParleyWorld

/// The world of one zone: the part of a game's world that one server simulates.
///
/// It is an ``ParleyWorld/AuthoritativeWorld`` that deals in characters: they come from the store or another zone, and
/// stay while their players' connections come and go. The zone's server calls, in each tick: ``arrive(_:_:)`` for the
/// characters that come, ``depart(_:)`` for those that go, ``step(_:commands:)``, and ``traveller(_:)`` for those whose
/// state is written.
public protocol ZoneWorld: AuthoritativeWorld where Game: ZonedGame {
    /// What a character takes along.
    associatedtype State: Traveller

    /// The zone, as it was handed in.
    nonisolated var zone: Zone<Game.Rules> { get }

    /// Puts a character in, with a body.
    ///
    /// - Throws: Any error, if that is impossible. The character leaves the realm then.
    func arrive(_ character: CharacterID, _ arrival: Arrival<State>) throws

    /// Takes a character out, and its body. Its state is written already.
    func depart(_ character: CharacterID)

    /// A character's state now. Asked at the end of a tick.
    func traveller(_ character: CharacterID) -> State

    /// Where a character is, by the map's coordinates; nil if it crosses no border now.
    func place(of character: CharacterID) -> SIMD2<Double>?

    /// Whether a character may leave for a neighbouring zone now. Nobody leaves a fight, say.
    func mayCross(_ character: CharacterID, to zone: ZoneName) -> Bool

    /// The entity that a character moves; nil for a spectator.
    func body(of character: CharacterID) -> EntityHandle?

    /// Takes a request: each character's once, in order.
    func receive(_ request: Game.Rules.Request, from character: CharacterID)

    /// A deal of a character has ended, here or in an earlier zone. Told once for each character of the deal, before a
    /// step.
    ///
    /// What the world makes of it is in the character's state: after a crash it is told again from the last checkpoint on.
    func finished(_ deal: FinishedDeal, for character: CharacterID)

    /// Runs one fixed step.
    ///
    /// - Parameters:
    ///   - step: The number of the step, and how much time it covers.
    ///   - commands: One for each character that is in, in the order of their numbers.
    func step(_ step: TickStep, commands: [CharacterCommand<Game.Command>])
}

extension ZoneWorld {
    /// Always.
    public func mayCross(_ character: CharacterID, to zone: ZoneName) -> Bool { true }

    /// Nothing: a game without requests.
    public func receive(_ request: Game.Rules.Request, from character: CharacterID) {}

    /// Nothing: a game that reads `zone.possessions(of:)`, or deals in nothing.
    public func finished(_ deal: FinishedDeal, for character: CharacterID) {}

    // MARK: What a world does in any game, done here by characters

    /// Binds a player's connection to its character.
    public func join(_ request: JoinRequest<Game>) throws(JoinRefusal) {
        try zone.core.join(request.id, as: request.account, notices: request.join.notices)
    }

    /// Unbinds it. The character stays for a while.
    public func leave(_ player: PlayerID, because reason: LeaveReason) {
        zone.core.leave(player, because: reason)
    }

    /// Takes a request of a player, if it is the next one of its character.
    public func receive(_ request: ZoneRequest, from player: PlayerID) {
        guard let character = zone.core.takeRequest(request.number, from: player) else { return }
        defer { zone.core.endCause() }
        do throws(DatagramError) {
            let request: Game.Rules.Request = try request.payload.decoded()
            receive(request, from: character)
        } catch {
            zone.core.end(player, because: "a request that this game does not know: \(error)")
        }
    }

    /// The entity that a player's character moves.
    public func body(of player: PlayerID) -> EntityHandle? {
        zone.core.character(of: player).flatMap { body(of: $0) }
    }

    /// The notices to all players since the last call.
    public func takeNotices() -> [Outgoing<ZoneNotice>] { zone.core.takeOutgoing() }

    /// Runs a step, with what comes before and after it.
    public func advance(_ step: TickStep, commands: [PlayerCommand<Game.Command>]) {
        let core = zone.core
        core.begin(step.tick)
        for change in core.takeChanges() { apply(change) }
        finishDeals()
        self.step(step, commands: core.assign(commands, idle: Game.idle))
        finishTurn()
    }
}
