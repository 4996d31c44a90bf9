/// What the store says of a character at one moment: the row that an answer quotes.
package struct Standing: Hashable, Sendable {
    /// The zone's process that holds the character; nil while it is out.
    package var place: ZoneProcess?
    /// Whether that process is alive, as far as the store knows.
    package var isPlaceAlive: Bool
    /// The ownership number.
    package var epoch: Epoch
    /// The newest login, kick or ban.
    package var login: LoginNumber
    /// Whether the character may play.
    package var access: CharacterAccess
    /// The mark of the call that granted the epoch.
    package var mark: UInt64
    /// Whether the owner has written a checkpoint at this epoch.
    package var isTaken: Bool

    package init(
        place: ZoneProcess? = nil, isPlaceAlive: Bool = false, epoch: Epoch, login: LoginNumber,
        access: CharacterAccess = .allowed, mark: UInt64 = 0, isTaken: Bool = true
    ) {
        self.place = place
        self.isPlaceAlive = isPlaceAlive
        self.epoch = epoch
        self.login = login
        self.access = access
        self.mark = mark
        self.isTaken = isTaken
    }

    /// Who may act for the character; nil while it is out.
    package var owner: Owner? { place.map { Owner($0, epoch) } }
}
