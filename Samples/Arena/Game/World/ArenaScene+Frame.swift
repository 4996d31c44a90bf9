package import Parley

extension ArenaScene {
    /// Sees what a predicting client shows: the own body and those around it.
    package mutating func apply(_ frame: GameFrame<ArenaRules>) {
        let others = frame.entities(of: ArenaRules.bodies).map(\.state)
        grounds = ArenaRules.surroundings(of: frame.received)
        look(at: frame.me?.area ?? area)
        var sights = others.map { ArenaMessages.Sight($0, at: frame.moment.tick) }
        if let me = frame.me { sights.append(ArenaMessages.Sight(me, at: frame.tick.tick)) }
        sights.sort { $0.id < $1.id }
        let seen = (others + [frame.authoritative].compactMap { $0 }).first(where: \.isIt)?.id
        apply(ArenaMessages.Snapshot(it: seen ?? unseenIt(sights), sights: sights))
    }

    /// Who is "it" as one was told, when it is nobody whom one can see.
    private func unseenIt(_ sights: [ArenaMessages.Sight]) -> EntityID? {
        guard let told, residents[told] != nil, !sights.contains(where: { $0.id == told }) else {
            return nil
        }
        return told
    }
}
