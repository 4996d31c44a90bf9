package import Parley

extension ArenaScene {
    /// Takes a frame of a predicting client: the player's own body and those around it.
    package mutating func apply(_ frame: GameFrame<ArenaRules>) {
        let others = frame.entities(of: ArenaRules.bodies).map(\.state)
        grounds = ArenaRules.surroundings(of: frame.received)
        look(at: frame.me?.area ?? area)
        var avatars = others.map { ArenaMessages.Avatar($0, at: frame.moment.tick) }
        if let me = frame.me { avatars.append(ArenaMessages.Avatar(me, at: frame.tick.tick)) }
        avatars.sort { $0.id < $1.id }
        let seen = (others + [frame.authoritative].compactMap { $0 }).first(where: \.isIt)?.id
        apply(ArenaMessages.Snapshot(it: seen ?? unseenIt(avatars), avatars: avatars))
    }

    /// The walker that notices call "it", when that walker is out of sight.
    private func unseenIt(_ avatars: [ArenaMessages.Avatar]) -> EntityID? {
        guard let told, residents[told] != nil, !avatars.contains(where: { $0.id == told }) else {
            return nil
        }
        return told
    }
}
