/// What a world server reads once a second: the zones, and the rows that need something.
package struct OwnershipSurvey: Hashable, Sendable {
    /// A zone's row.
    package struct Zone: Hashable, Sendable {
        /// The newest process of the zone.
        package var process: ZoneProcess
        /// Whether it is alive, draining or gone.
        package var state: ZoneState
        /// Its newest heartbeat.
        package var beat: UInt64

        package init(_ process: ZoneProcess, _ state: ZoneState, beat: UInt64) {
            self.process = process
            self.state = state
            self.beat = beat
        }
    }

    /// A row of a character that no zone has taken, or whose zone is gone.
    package struct Character: Hashable, Sendable {
        /// Whose row.
        package var character: CharacterID
        /// The row.
        package var standing: Standing
        /// Its stored state, if its zone is alive. Another one's comes with the answer to `recover`.
        package var stored: SealedPlayer?

        package init(_ character: CharacterID, _ standing: Standing, _ stored: SealedPlayer?) {
            self.character = character
            self.standing = standing
            self.stored = stored
        }
    }

    /// All zones, by name.
    package var zones: [Zone]
    /// The rows that need something, by character.
    package var characters: [Character]

    package init(zones: [Zone], characters: [Character]) {
        self.zones = zones
        self.characters = characters
    }
}
