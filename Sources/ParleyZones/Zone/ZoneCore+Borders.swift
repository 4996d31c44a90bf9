import ParleyHandoff

/// Borders: where a character heads for, and when it is handed over.
extension ZoneCore.State {
    /// Decides what becomes of a character at the end of a tick.
    ///
    /// - Returns: What becomes of it, and the zone that it would cross into.
    mutating func judge(
        _ character: CharacterID, at place: SIMD2<Double>?, _ now: Duration, _ zone: ZoneCore
    ) -> (ZoneJudgement, ZoneName?) {
        guard var resident = residents[character] else { return (.stay, nil) }
        defer { residents[character] = resident }
        let elapsed = lastTurn.map { (now - $0) / .seconds(1) } ?? 0
        resident.course.move(to: place, over: elapsed)
        let isAway = resident.player == nil && now - resident.absentSince >= zone.settings.absence
        if resident.isLeaving || isAway { return (.leave, nil) }
        if let target = wish(of: &resident, at: now, zone) {
            if let process = neighbours[target] {
                let mark = random.next()
                handoffs.prepare(character, for: process, mark: mark, at: now, into: &effects)
            }
            let isThere = resident.isBeyondBorder(of: zone, towards: target)
            if isThere, handoffs.mayCross(character, at: now), !resident.waitsForDeals(at: now) {
                return (.cross, target)
            }
        } else {
            handoffs.turnBack(character, at: now, into: &effects)
        }
        guard now >= resident.nextCheckpoint else { return (.stay, nil) }
        resident.nextCheckpoint = now + zone.settings.checkpointInterval
        return (.checkpoint, nil)
    }

    /// The zone that a character heads for, by its own errand or by its course.
    private func wish(
        of resident: inout Resident, at now: Duration, _ zone: ZoneCore
    ) -> ZoneName? {
        if let errand = resident.errand {
            if errand.until > now { return errand.zone }
            resident.errand = nil
        }
        if let target = resident.heading(from: zone) {
            resident.wish = (target, now + zone.settings.preparation)
        } else if let wish = resident.wish, wish.until <= now {
            resident.wish = nil
        }
        return resident.wish?.zone
    }
}

extension Resident {
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
