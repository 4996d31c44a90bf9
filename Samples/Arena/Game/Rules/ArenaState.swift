/// Somebody tagged somebody else.
package struct Tag: Hashable, Sendable {
    package let tagger: EntityID
    package let tagged: EntityID

    package init(tagger: EntityID, tagged: EntityID) {
        self.tagger = tagger
        self.tagged = tagged
    }
}

/// The whole state of a game of tag, advanced in fixed steps by nothing but its own rules.
package struct ArenaState: Hashable, Sendable {
    package let map: ArenaMap
    /// Everybody, by rising id: the order is part of the rules, so that a replay is the same.
    package private(set) var bodies: [Body] = []
    /// Who has to catch the others.
    package private(set) var it: EntityID?

    package init(map: ArenaMap = .courtyard) {
        self.map = map
    }

    package subscript(id: EntityID) -> Body? {
        index(of: id).map { bodies[$0] }
    }

    package mutating func enter(_ id: EntityID, at place: Vector) {
        let index = bodies.firstIndex { $0.id >= id } ?? bodies.endIndex
        bodies.insert(Body(id: id, position: place), at: index)
    }

    package mutating func leave(_ id: EntityID) {
        bodies.removeAll { $0.id == id }
        if it == id { it = nil }
    }

    package mutating func steer(_ id: EntityID, _ wish: Wish) {
        guard let index = index(of: id) else { return }
        bodies[index].follow(wish)
    }

    /// One step: everybody walks, "it" may tag, and nobody stays inside anybody else.
    ///
    /// - Returns: The tag that happened in it, if one did.
    package mutating func advance(seconds: Double) -> Tag? {
        for index in bodies.indices { bodies[index].walk(seconds: seconds, on: map) }
        chooseIt()
        let tag = tagSomebody()
        separateAll()
        return tag
    }

    private func index(of id: EntityID) -> Int? {
        bodies.firstIndex { $0.id == id }
    }

    /// When nobody is "it" (the game begins, or "it" left), whoever is nearest to the centre.
    private mutating func chooseIt() {
        guard it == nil else { return }
        it =
            bodies.min {
                $0.position.distance(to: map.center) < $1.position.distance(to: map.center)
            }?.id
    }

    private mutating func tagSomebody() -> Tag? {
        guard let it, let tagger = index(of: it) else { return nil }
        let place = bodies[tagger].position
        let reach = 2 * ArenaRules.bodyRadius + ArenaRules.touch
        let near = bodies.indices.filter {
            $0 != tagger && !bodies[$0].isImmune && bodies[$0].position.distance(to: place) <= reach
        }
        let tagged = near.min {
            bodies[$0].position.distance(to: place) < bodies[$1].position.distance(to: place)
        }
        guard let tagged else { return nil }
        bodies[tagger].score &+= 1
        bodies[tagger].immunity = ArenaRules.immunityTime
        bodies[tagged].immunity = 0
        self.it = bodies[tagged].id
        return Tag(tagger: it, tagged: bodies[tagged].id)
    }

    private mutating func separateAll() {
        for first in bodies.indices {
            for second in bodies.indices[(first + 1)...] {
                let gap = bodies[second].position - bodies[first].position
                guard abs(gap.x) < 1, abs(gap.y) < 1 else { continue }
                var (left, right) = (bodies[first], bodies[second])
                ArenaRules.separate(&left, &right, on: map)
                (bodies[first], bodies[second]) = (left, right)
            }
        }
    }
}

extension ArenaState {
    /// A number that is the same for the same state on every machine (64-bit FNV-1a).
    package var fingerprint: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ bits: UInt64) {
            for shift in stride(from: 0, to: 64, by: 8) {
                hash = (hash ^ (bits >> UInt64(shift)) & 0xFF) &* 0x0000_0100_0000_01B3
            }
        }
        mix(UInt64(it?.rawValue ?? 0))
        for body in bodies {
            mix(UInt64(body.id.rawValue))
            for number in [body.position.x, body.position.y, body.velocity.x, body.velocity.y] {
                mix(number.bitPattern)
            }
            mix(UInt64(body.score))
            mix(body.immunity.bitPattern)
        }
        return hash
    }
}
