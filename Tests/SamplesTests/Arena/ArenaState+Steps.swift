import ArenaGame
import Parley

/// Games whose steps a test runs, one after another.
extension ArenaState {
    /// A game on one map, without doors.
    init(map: ArenaMap) {
        self.init(Grounds(areas: [map]))
    }

    /// The step of this number, from 1 on.
    @discardableResult
    mutating func step(_ number: Int, rate: Int = 60) -> Tag? {
        advance(.number(number, rate: rate))
    }

    mutating func steer(_ id: EntityID, _ wish: Wish) {
        steer(id, ArenaMessages.Command(wish))
    }

    mutating func enter(_ id: EntityID, at place: Vector) {
        enter(id, at: Spot(place))
    }

    /// The plain snapshot after a step.
    func snapshot(after number: Int) -> ArenaMessages.Snapshot {
        let tick = Tick(number: UInt32(number))
        return ArenaMessages.Snapshot(
            it: it, avatars: everybody.map { ArenaMessages.Avatar($0, at: tick) })
    }
}

extension TickStep {
    static func number(_ number: Int, rate: Int = 60) -> TickStep {
        TickStep(tick: Tick(number: UInt32(number)), duration: .seconds(1) / rate)
    }
}
