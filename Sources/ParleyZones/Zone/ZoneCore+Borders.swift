import ParleyHandoff

/// Borders: where a character heads for, and when it is handed over.
extension ZoneCore.State {
    /// Decides what becomes of a character at the end of a tick.
    ///
    /// - Returns: What becomes of it, and the zone that it would cross into.
    mutating func judge(
        _ character: CharacterID, at place: SIMD2<Double>?, _ now: Duration, _ zone: ZoneCore
    ) -> (ZoneJudgement, ZoneName?) {
        // In place: this runs for every character in every tick, and a resident is large.
        guard let index = residents.index(forKey: character) else { return (.stay, nil) }
        let elapsed = lastTurn.map { (now - $0) / .seconds(1) } ?? 0
        residents.values[index].course.move(to: place, over: elapsed)
        if isDraining {
            var resident = residents.values[index]
            sendAway(&resident, at: now, zone)
            residents.values[index] = resident
        }
        if residents.values[index].leaves(at: now, zone) { return (.leave, nil) }
        if let target = residents.values[index].takeWish(at: now, zone) {
            if let process = neighbours[target] {
                let mark = random.next()
                handoffs.prepare(character, for: process, mark: mark, at: now, into: &effects)
            }
            let isThere = residents.values[index].isBeyondBorder(of: zone, towards: target)
            if isThere, handoffs.mayCross(character, at: now),
                !residents.values[index].waitsForDeals(at: now)
            {
                return (.cross, target)
            }
        } else {
            handoffs.turnBack(character, at: now, into: &effects)
        }
        guard now >= residents.values[index].nextCheckpoint else { return (.stay, nil) }
        // Not the same for all: those who came in one tick, as after a crash, would be written in one tick for ever.
        let haste = Double(character.rawValue % 16) / 160
        residents.values[index].nextCheckpoint =
            now + zone.settings.checkpointInterval * (1 - haste)
        return (.checkpoint, nil)
    }
}

extension Resident {
    /// Whether it leaves the realm: by its own will, an operator's, or since its player is away for too long.
    fileprivate func leaves(at now: Duration, _ zone: ZoneCore) -> Bool {
        isLeaving || player == nil && now - absentSince >= zone.settings.absence
    }

    /// The zone that it heads for, by its own errand or by its course.
    fileprivate mutating func takeWish(at now: Duration, _ zone: ZoneCore) -> ZoneName? {
        if let errand {
            if errand.until > now { return errand.zone }
            self.errand = nil
        }
        if let target = heading(from: zone) {
            wish = (target, now + zone.settings.preparation)
        } else if let wish, wish.until <= now {
            self.wish = nil
        }
        return wish?.zone
    }

    /// In how many parts the way ahead is looked at.
    private static let parts = 6

    /// The zone that the character reaches soon; nil if it stays here.
    func heading(from zone: ZoneCore) -> ZoneName? {
        let seconds = zone.settings.preparation / .seconds(1)
        for part in 0...Self.parts {
            guard let ahead = course.place(in: seconds * Double(part) / Double(Self.parts)) else {
                return nil
            }
            if let found = zone.map.zone(at: ahead), found != zone.name { return found }
        }
        return nil
    }

    /// Whether the character is far enough in another zone to be handed over, or is sent there.
    func isBeyondBorder(of zone: ZoneCore, towards target: ZoneName) -> Bool {
        if let errand, errand.zone == target { return true }
        guard let place = course.place, zone.map.zone(at: place) == target else { return false }
        return zone.area.distance(to: place) >= zone.settings.borderDepth
    }
}
