/// The source's side of one character's handoffs, from the moment that the zone holds it.
///
/// | state | event | then |
/// |---|---|---|
/// | playing | wish | preparing: `prepare` to the target |
/// | preparing | reserved | still preparing, `travel` to the client; warm if the client is there |
/// | preparing, warm | refused, or not heard for `seatLifetime` | playing: the border is a wall |
/// | preparing, warm | time | `prepare` again, each `renewalInterval` |
/// | preparing, warm | turned back | playing: `cancel` |
/// | warm | cross | committing: the body is out of the world, `commit` with the seal |
/// | committing | time | `commit` again; after `commitPatience` staying |
/// | committing | refused, and still the owner | staying: an earlier try may still come true |
/// | committing, staying | commit done | moved: `take` to the target, `moved` to the client |
/// | committing, staying | not the owner any more | gone |
/// | staying | time | `stay` again, until it is decided |
/// | staying | stay done | playing at the next epoch: only now the body goes back into the world |
/// | staying | stay refused by the own attempt | moved |
/// | playing, preparing, warm | leave | leaving: the body is out of the world, `leave` with the state |
/// | leaving | time | `leave` again, until it is decided |
/// | leaving | left, or not the owner any more | gone |
/// | moved | time | `take` again, until `taken` or `movedLifetime` |
/// | moved | client | `moved` again |
/// | moved | `movedLifetime` after | gone |
///
/// A refusal of one try says nothing of an earlier one. So a sealed body never goes back because of a refusal:
/// only a `stay` that was done makes sure that no commit of the old epoch comes true.
package struct HandoffSource: Sendable {
    /// Where the handoff stands.
    package enum State: Hashable, Sendable {
        case playing
        case preparing(HandoffAttempt)
        case warm(HandoffAttempt)
        case committing(HandoffAttempt, SealedPlayer)
        case staying(HandoffAttempt, SealedPlayer, mark: UInt64)
        case leaving(SealedPlayer, mark: UInt64, nextAt: Duration)
        case moved(HandoffAttempt, SealedPlayer, isTaken: Bool)
        case gone
    }

    /// What the zone does for the character.
    package enum Effect: Hashable, Sendable {
        /// Send to another zone.
        case send(PeerMessage, to: ZoneName)
        /// Ask the store.
        case ask(OwnershipRequest)
        /// Tell the player's client.
        case tell(TravelNotice)
        /// The seal's body goes back into the world, which holds it at this epoch now.
        case putBack(SealedPlayer, Owner)
        /// The border to that zone is a wall; nil if the target did not answer.
        case wall(ZoneName, SeatRefusal?)
        /// The zone does not hold the character any more. Its client asks a world server, unless it was told
        /// where to go.
        case release
    }

    /// Who.
    package let character: CharacterID
    /// What the store has granted to this zone.
    package internal(set) var owner: Owner
    /// Where the handoff stands.
    package internal(set) var state = State.playing
    /// What proves the client that was told to come here; nil after a login or re-entry.
    package let token: SeatToken?

    let timings: HandoffTimings
    /// When the character came here or was put back.
    var settledAt: Duration

    /// A character that plays in the zone.
    ///
    /// - Parameter now: When it arrived.
    package init(
        _ character: CharacterID, owner: Owner, token: SeatToken? = nil, timings: HandoffTimings,
        at now: Duration
    ) {
        self.character = character
        self.owner = owner
        self.token = token
        self.timings = timings
        settledAt = now
    }

    /// Whether the world steps the character's body.
    package var isSimulated: Bool {
        switch state {
        case .playing, .preparing, .warm: true
        case .committing, .staying, .leaving, .moved, .gone: false
        }
    }

    /// Whether the handoff is decided: the zone has not held the character since.
    package var isOver: Bool {
        switch state {
        case .moved, .gone: true
        default: false
        }
    }

    /// Whether the zone's durable calls for the character are pending, so that it is neither here nor away.
    package var isUndecided: Bool {
        switch state {
        case .committing, .staying, .leaving: true
        default: false
        }
    }

    /// Where the character went; nil unless it was handed over.
    package var destination: Destination? {
        if case .moved(let attempt, _, _) = state { attempt.destination } else { nil }
    }
}
