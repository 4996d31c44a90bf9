/// A zone's row of an ``OwnershipTable``.
package struct ZoneRow: Hashable, Sendable {
    /// The zone's name.
    package let zone: ZoneName
    /// The newest incarnation; never falls.
    package var incarnation: Incarnation
    /// Whether it is alive.
    package var state: ZoneState
    /// The newest heartbeat of the incarnation.
    package var beat: UInt64
    /// The mark of the registration that made the incarnation.
    package var mark: UInt64

    /// The newest process of the zone.
    package var process: ZoneProcess { ZoneProcess(zone, incarnation) }
}

/// A character's row of an ``OwnershipTable``.
package struct CharacterRow: Hashable, Sendable {
    /// Whose row.
    package let character: CharacterID
    /// The process that holds the character; nil while it is out.
    package var place: ZoneProcess?
    /// The ownership number; only rises.
    package var epoch: Epoch
    /// The newest login, kick or ban.
    package var login: LoginNumber
    /// Whether the character may play.
    package var access: CharacterAccess
    /// The mark of the call that granted the epoch.
    package var mark: UInt64
    /// Whether the owner has written a checkpoint at this epoch.
    package var isTaken: Bool
    /// How often in a row the state failed to arrive.
    package var failures: UInt8
    /// The newest state.
    package var stored: SealedPlayer?
    /// The newest state that a zone has played, kept while ``stored`` has not been.
    package var played: SealedPlayer?

    /// Who may act for the character.
    package var owner: Owner? { place.map { Owner($0, epoch) } }
}
