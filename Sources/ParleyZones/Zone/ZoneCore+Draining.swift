import ParleyHandoff
import Synchronization

/// A zone that is to end: it takes nobody any more, and gives its characters to its neighbours.
extension ZoneCore {
    /// Takes nobody any more, and lets everybody go on elsewhere.
    package func drain() {
        withState { state, now in
            guard !state.isDraining else { return }
            state.handoffs.refusal = .draining
            state.drainsUntil = now + settings.drainPatience
        }
    }

    /// Whether the zone was drained, and nobody is here any more, or on the way.
    ///
    /// The store has to know that it drains, or it would still give it characters. A store that does not answer for long is
    /// not waited for.
    package var isDrained: Bool {
        let now = now
        return state.withLock { state in
            guard let drainsUntil = state.drainsUntil, state.handoffs.isEmpty else { return false }
            return state.isDrainKnown || state.handoffs.process == nil
                || now >= drainsUntil + timings.lease
        }
    }
}

extension ZoneCore.State {
    /// Whether the zone takes nobody any more.
    var isDraining: Bool { drainsUntil != nil }

    /// Says what a draining zone has to say: a message gets lost, so it is said again and again.
    mutating func announceDraining(at now: Duration, interval: Duration) {
        guard isDraining, !isDrainKnown, now >= nextDrainAt, let process = handoffs.process,
            !handoffs.isFrozen(at: now)
        else { return }
        effects.append(.ask(.drain(process)))
        nextDrainAt = now + interval
    }

    /// Notes that the store knows.
    mutating func noteDrain(_ answer: ZoneAnswer) {
        guard answer.kind == .drain, answer.isDone, answer.process == handoffs.process else {
            return
        }
        isDrainKnown = true
    }

    /// Sends a character of a draining zone to a neighbour: to the nearest, and if that one does not take it, to the next.
    ///
    /// It leaves the realm if no neighbour takes it in time, or if its player is not here to go along.
    func sendAway(_ resident: inout Resident, at now: Duration, _ zone: ZoneCore) {
        guard let drainsUntil else { return }
        let refuges = zone.map.neighbours(of: zone.name).filter { neighbours[$0] != nil }
        guard resident.player != nil, now < drainsUntil, !refuges.isEmpty else {
            resident.isLeaving = true
            return
        }
        guard resident.errand == nil || resident.refugesTried == 0 else { return }
        let sorted = refuges.sorted { left, right in
            zone.distance(from: resident, to: left) < zone.distance(from: resident, to: right)
        }
        resident.errand = (
            sorted[resident.refugesTried % sorted.count], now + zone.settings.preparation
        )
        resident.refugesTried += 1
    }
}

extension ZoneCore {
    /// How far a character is from a zone.
    fileprivate func distance(from resident: Resident, to zone: ZoneName) -> Double {
        guard let place = resident.course.place, let area = map.area(of: zone) else { return 0 }
        return area.distance(to: place)
    }
}
