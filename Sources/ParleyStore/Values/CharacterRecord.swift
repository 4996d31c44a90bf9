public import ParleyHandoff

/// The narrow row of a character: where it is, and who may act for it.
public struct CharacterRecord: Hashable, Sendable {
    /// The character.
    public var character: CharacterID
    /// The zone that holds it and which life of it; nil while the character is out.
    public var place: ZoneProcess?
    /// Its epoch: it only rises.
    public var epoch: Epoch
    /// The newest login. It rises with each login, kick and ban.
    public var login: LoginNumber
    /// The epoch number of the last checkpoint: the owner has taken the character.
    public var taken: UInt64
    /// The mark of the attempt that made this epoch, so that a repetition is recognised.
    public var mark: UInt64
    /// Whether it may play.
    public var access: CharacterAccess
    /// How often in a row its state did not arrive.
    public var failures: UInt8
    /// The number of its newest event in the outbox.
    public var outbox: UInt64

    /// A character that has never been in a zone.
    init(new character: CharacterID, generation: UInt32) {
        self.character = character
        epoch = Epoch(generation: generation, number: 0)
        login = LoginNumber(rawValue: 0)
        taken = 0
        mark = 0
        access = .allowed
        failures = 0
        outbox = 0
    }

    /// Who may act for it; nil while it is out.
    public var owner: Owner? {
        place.map { Owner($0, epoch) }
    }

    /// Whether its owner has written a checkpoint at this epoch; true while the character is out.
    public var isTaken: Bool { taken == epoch.number }

    /// Moves it to a place, or out, at the next epoch.
    mutating func move(to place: ZoneProcess?, mark: UInt64) {
        self.place = place
        self.mark = mark
        epoch.number &+= 1
        if place == nil { taken = epoch.number }
    }

    /// Whether an attempt of this mark has made the epoch after `epoch`.
    func wasMoved(after epoch: Epoch, mark: UInt64) -> Bool {
        self.epoch == epoch.next && self.mark == mark
    }

    /// Ends all sessions.
    mutating func raiseLogin(_ access: CharacterAccess) {
        login = login.next(inGeneration: epoch.generation)
        self.access = access
    }
}
