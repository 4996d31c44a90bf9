import Parley

/// What happens between walkers. The server alone decides it; for a client it is a correction.
extension ArenaState {
    /// Makes a walker "it" when there is none, at the beginning of a game or after "it" has left: the
    /// one nearest to the middle of the courtyard, else the one that came first.
    mutating func chooseIt() {
        guard it == nil else { return }
        let center = Spot(grounds[Grounds.courtyard].center)
        it =
            everybody.min { $0.spot.distance(to: center) < $1.spot.distance(to: center) }?.id
        if let it { self[it]?.isIt = true }
    }

    /// Tags the walker that "it" touches. The tagger counts where it is now, and the others where they
    /// were at the moment that the tagger saw.
    mutating func tagTouched(seen moment: TickTime, during step: TickStep) -> Tag? {
        guard let it, let tagger = self[it] else { return nil }
        guard let tagged = touched(by: tagger, seen: moment, at: step.tick) else { return nil }
        self[it]?.score &+= 1
        self[it]?.isIt = false
        self[it]?.vulnerableAt = step.tick.advanced(by: step.ticks(in: ArenaRules.immunityTime))
        self[tagged]?.isIt = true
        self[tagged]?.vulnerableAt = Tick(number: 0)
        self.it = tagged
        return Tag(tagger: it, tagged: tagged)
    }

    /// The nearest walker that `tagger` touches and may tag.
    private func touched(
        by tagger: Walker, seen moment: TickTime, at tick: Tick
    ) -> EntityID? {
        // The state of this tick is not in the history yet.
        let past = moment < TickTime(tick) ? walkers.rewound(to: moment) : nil
        let reach = 2 * ArenaRules.bodyRadius + ArenaRules.touch
        var nearest: (id: EntityID, distance: Double)?
        for (handle, walker) in walkers.all where walker.id != tagger.id {
            guard !walker.isImmune(at: tick) else { continue }
            let distance = (past?[handle] ?? walker).spot.distance(to: tagger.spot)
            guard distance <= reach else { continue }
            if (distance, walker.id) < (nearest?.distance ?? .infinity, nearest?.id ?? walker.id) {
                nearest = (walker.id, distance)
            }
        }
        return nearest?.id
    }

    mutating func separateAll() {
        var bodies = walkers.all
        bodies.sort { $0.entity.id < $1.entity.id }
        for first in bodies.indices {
            for second in bodies.indices[(first + 1)...] {
                var (left, right) = (bodies[first].entity, bodies[second].entity)
                let gap = right.position - left.position
                guard left.area == right.area, abs(gap.x) < 1, abs(gap.y) < 1 else { continue }
                ArenaRules.separate(&left, &right, on: grounds[left.area])
                left.round()
                right.round()
                (bodies[first].entity, bodies[second].entity) = (left, right)
            }
        }
        for (handle, walker) in bodies { walkers[handle] = walker }
    }
}
