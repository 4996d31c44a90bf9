/// All handoffs of one zone's process: its lease, the characters that it holds, and those that arrive.
///
/// The shell calls it with messages and time, and carries out its effects in order. The game's world stays
/// outside: a body is put in by ``Effect/arrive(_:token:)`` or ``Effect/putBack(_:_:_:)``, and taken out by the
/// caller, in the turn of ``cross(_:_:at:into:)`` or ``leave(_:_:mark:at:into:)``.
///
/// A frozen zone takes heartbeats' answers and ignores everything else: whoever sent it will send it again.
package struct ZoneHandoffs: Sendable {
    /// What the zone's shell does.
    package enum Effect: Hashable, Sendable {
        /// Send to another zone.
        case send(PeerMessage, to: ZoneName)
        /// Ask the store, through the world server of the lease.
        case ask(OwnershipRequest)
        /// Answer a world server's message.
        case tellWorld(PeerMessage)
        /// Tell the character's client.
        case tell(CharacterID, TravelNotice)
        /// Put the character into the world at the next tick, then call ``arrived(_:at:)``.
        case arrive(GrantedPlayer, token: SeatToken?)
        /// Put the sealed body back into the world.
        case putBack(CharacterID, SealedPlayer, Owner)
        /// The border is a wall for that character.
        case wall(CharacterID, ZoneName, SeatRefusal?)
        /// The zone does not hold the character any more: drop all of it.
        case release(CharacterID)
        /// An operator has ended the session: seal the character and call ``leave(_:_:mark:at:into:)``.
        case end(EndedSession)
        /// The store has declared the process gone: it must end.
        case over
    }

    /// The zone's right to act.
    package internal(set) var lease: ZoneLease
    /// The characters that the zone holds or has just given away.
    package var sources: [CharacterID: HandoffSource] = [:]
    /// The characters that arrive, and the epochs of those that were here.
    package var targets: [CharacterID: HandoffTarget] = [:]
    /// Why no new seats are given; nil if they are.
    package var refusal: SeatRefusal?
    /// Where players connect: "host:port".
    package var address: String

    let timings: HandoffTimings
    let seatLimit: Int
    let versions: StateVersions
    var tickets = TicketLedger()
    /// How often handoffs have come to which step.
    package private(set) var counts = HandoffCounts()
    var scratch: [HandoffSource.Effect] = []

    /// A zone's process that is to register.
    ///
    /// - Parameters:
    ///   - mark: 64 random bits that name the process.
    ///   - seatLimit: How many characters it holds or expects at the most. Those that the store has given to
    ///     it come in beyond that.
    ///   - versions: The versions of states that it writes and reads.
    package init(
        zone: ZoneName, mark: UInt64, timings: HandoffTimings, seatLimit: Int, address: String = "",
        versions: StateVersions = .any
    ) {
        lease = ZoneLease(zone: zone, mark: mark, timings: timings)
        self.timings = timings
        self.seatLimit = seatLimit
        self.versions = versions
        self.address = address
    }

    /// The zone's name.
    package var zone: ZoneName { lease.zone }

    /// The process, once it is registered.
    package var process: ZoneProcess? { lease.process }

    /// Whether the zone must neither step nor send anything but heartbeats.
    package func isFrozen(at now: Duration) -> Bool { lease.isFrozen(at: now) }

    /// The world server that the zone talks to is lost.
    package mutating func leaveWorld(at now: Duration) { lease.leaveWorld(at: now) }

    /// Whether the zone steps the character's body at that moment.
    package func simulates(_ character: CharacterID, at now: Duration) -> Bool {
        sources[character]?.isSimulated == true && !lease.isFrozen(at: now)
    }

    /// Whether the character is here, on its way out, or has a seat here.
    package func expects(_ character: CharacterID) -> Bool {
        sources[character] != nil || hasSeat(for: character)
    }

    /// Whether the character is to come.
    package func hasSeat(for character: CharacterID) -> Bool {
        switch targets[character]?.state {
        case .reserved, .warm, .arriving: true
        case .none?, .failing, nil: false
        }
    }

    /// Whether the zone has nobody any more, so that a draining process may end.
    package var isEmpty: Bool {
        sources.values.allSatisfy(\.isOver)
            && targets.values.allSatisfy { target in
                switch target.state {
                case .arriving, .failing: false
                case .none, .reserved, .warm: true
                }
            }
    }

    /// How many characters the zone holds or expects.
    var occupied: Int {
        var count = 0
        for source in sources.values where !source.isOver { count += 1 }
        for target in targets.values {
            if case .none = target.state { continue }
            count += 1
        }
        return count
    }

    /// Runs a character's machine and passes its effects on.
    mutating func withSource(
        _ character: CharacterID, into effects: inout [Effect],
        _ body: (inout HandoffSource, inout [HandoffSource.Effect]) -> Void
    ) {
        guard let index = sources.index(forKey: character) else { return }
        scratch.removeAll(keepingCapacity: true)
        let before = sources.values[index].phase
        body(&sources.values[index], &scratch)
        counts.note(from: before, to: sources.values[index].phase)
        let isGone = if case .gone = sources.values[index].state { true } else { false }
        if isGone { sources.remove(at: index) }
        for effect in scratch { pass(effect, of: character, into: &effects) }
    }

    private mutating func pass(
        _ effect: HandoffSource.Effect, of character: CharacterID, into effects: inout [Effect]
    ) {
        switch effect {
        case .send(.prepare(var request), let zone):
            request.stateVersion = versions.written
            effects.append(.send(.prepare(request), to: zone))
        case .send(let message, let zone): effects.append(.send(message, to: zone))
        case .ask(let request): effects.append(.ask(request))
        case .tell(let notice): effects.append(.tell(character, notice))
        case .putBack(let seal, let owner):
            target(character) { $0.note(owner.epoch) }
            effects.append(.putBack(character, seal, owner))
        case .wall(let zone, let reason):
            counts.noteWall(reason)
            effects.append(.wall(character, zone, reason))
        case .release: effects.append(.release(character))
        }
    }

    /// Runs the machine of a character that arrives.
    @discardableResult
    mutating func target<Result>(
        _ character: CharacterID, _ body: (inout HandoffTarget) -> Result
    ) -> Result {
        body(&targets[character, default: HandoffTarget(character, timings: timings)])
    }
}
