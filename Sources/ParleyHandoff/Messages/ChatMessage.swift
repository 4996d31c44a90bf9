/// What a player says to many, on the way from one world server to another.
package struct ChatMessage: Hashable, Sendable {
    /// Who hears it: everybody in that zone; nil for everybody in the realm.
    package var zone: ZoneName?
    /// The speaker's name.
    package var name: String
    /// The words, at most ``textLimit`` bytes.
    package var text: String

    /// The most bytes of what a player says, as many as a client's whole request may have.
    package static let textLimit = 2_048

    package init(to zone: ZoneName?, from name: String, _ text: String) {
        self.zone = zone
        self.name = name
        self.text = text
    }
}

/// What a player says to one other, on the way from one world server to another.
package struct WhisperMessage: Hashable, Sendable {
    /// The hearer's name.
    package var hearer: String
    /// The speaker's name.
    package var name: String
    /// The words, at most ``ChatMessage/textLimit`` bytes.
    package var text: String

    package init(to hearer: String, from name: String, _ text: String) {
        self.hearer = hearer
        self.name = name
        self.text = text
    }
}
