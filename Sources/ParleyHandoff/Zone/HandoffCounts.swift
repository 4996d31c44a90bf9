/// How often a zone's handoffs have come to a step, since its start.
package struct HandoffCounts: Hashable, Sendable {
    /// Seats that were asked for, renewals not counted.
    package var begun: UInt64 = 0
    /// Borders that were walls, by the target's reason.
    package var walls: [SeatRefusal: UInt64] = [:]
    /// Borders that were walls because the target was silent.
    package var silentWalls: UInt64 = 0
    /// Players that were sealed.
    package var sealed: UInt64 = 0
    /// Commits that were not done at once, so that the zone asked to keep the player: unanswered, or refused.
    package var doubtful: UInt64 = 0
    /// Players that another zone has by the store's word.
    package var moved: UInt64 = 0
    /// Sealed players that the zone has kept by the store's word.
    package var kept: UInt64 = 0
    /// Sealed players that the store had given to another zone by then.
    package var lost: UInt64 = 0
    /// Players that left the realm.
    package var left: UInt64 = 0

    package init() {}

    /// Notes what a call of a character's machine did.
    mutating func note(from before: HandoffSource.Phase, to after: HandoffSource.Phase) {
        switch (before, after) {
        case (.playing, .preparing): begun += 1
        case (.preparing, .committing), (.committing, .staying):
            if before == .preparing { sealed += 1 } else { doubtful += 1 }
        case (.committing, .moved), (.staying, .moved): moved += 1
        case (.staying, .playing): kept += 1
        case (.committing, .gone), (.staying, .gone): lost += 1
        case (.leaving, .gone): left += 1
        default: break
        }
    }

    /// Notes a wall.
    mutating func noteWall(_ reason: SeatRefusal?) {
        guard let reason else { return silentWalls += 1 }
        walls[reason, default: 0] += 1
    }
}

extension HandoffSource {
    /// The state without what belongs to it.
    enum Phase: Hashable, Sendable {
        case playing, preparing, committing, staying, leaving, moved, gone
    }

    /// The state without what belongs to it. A warm seat is one that is prepared.
    var phase: Phase {
        switch state {
        case .playing: .playing
        case .preparing, .warm: .preparing
        case .committing: .committing
        case .staying: .staying
        case .leaving: .leaving
        case .moved: .moved
        case .gone: .gone
        }
    }

    /// Since when the player is sealed; nil if it is not.
    package var sealedSince: Duration? {
        switch state {
        case .committing(let attempt, _), .staying(let attempt, _, _): attempt.since
        default: nil
        }
    }
}

extension ZoneHandoffs {
    /// How many players are sealed, and since when the oldest one is.
    package var sealed: (count: Int, since: Duration?) {
        let times = sources.values.compactMap(\.sealedSince)
        return (times.count, times.min())
    }
}
