import ParleyDatagrams
public import ParleyHandoff
public import ParleyWorld

/// A zone as its world sees it: its name, its part of the map, and what a world may ask of it.
public struct Zone<Rules: GameRules>: Sendable {
    /// The zone's name.
    public var name: ZoneName { core.name }

    /// The realm's map.
    public var map: ZoneMap { core.map }

    /// What the zone simulates.
    public var area: ZoneArea { core.area }

    let core: ZoneCore

    init(_ core: ZoneCore) {
        self.core = core
    }

    /// Sends a notice to a character's player: once and in order, also across borders.
    public func notify(_ character: CharacterID, _ notice: Rules.Notice) {
        guard let payload = try? Datagram(encoding: notice) else {
            return core.noteUnwritable(character)
        }
        core.notify(character, payload)
    }

    /// Sends a notice to all players in the zone.
    public func notifyAll(_ notice: Rules.Notice) {
        for character in core.residents { notify(character, notice) }
    }

    /// Sends a character to another zone, also one without a common border, as soon as that one has room.
    ///
    /// The world goes on with the character until then. The wish holds for ``ZoneSettings/preparation``, and is repeated
    /// by another call.
    public func send(_ character: CharacterID, to zone: ZoneName) { core.send(character, to: zone) }

    /// Lets a character leave the realm at the end of this tick. Its state is written.
    public func dismiss(_ character: CharacterID) { core.dismiss(character) }
}
