package import ParleyDatagrams

/// A zone's wish for a deal: things and money that change hands, exactly once for the operation's name.
///
/// The effects are bytes that the store's module reads. The answer names the operation, and is the same for each
/// repetition.
package struct DealRequest: Hashable, Sendable {
    /// A character for which the zone acts, at the epoch at which it owns the character.
    package struct Party: Hashable, Sendable {
        /// Whose things and money may be given away.
        package var character: CharacterID
        /// The epoch at which the zone owns the character.
        package var epoch: Epoch

        package init(_ character: CharacterID, _ epoch: Epoch) {
            self.character = character
            self.epoch = epoch
        }
    }

    /// The zone's process.
    package var process: ZoneProcess
    /// The name by which a repetition is recognised.
    package var operation: OperationID
    /// The characters for which the zone acts, at most ``partyLimit``.
    package var parties: [Party]
    /// Whether the zone itself gives or gets something.
    package var includesZone: Bool
    /// The effects, at most ``effectsLimit`` bytes.
    package var effects: Datagram
    /// Bytes for the game, which come with the result's event, at most ``noteLimit``.
    package var note: Datagram

    /// The most characters of a deal.
    package static let partyLimit = 16
    /// The most bytes of the effects.
    package static let effectsLimit = 5_120
    /// The most bytes of the note.
    package static let noteLimit = 4_096

    package init(
        _ process: ZoneProcess, _ operation: OperationID, parties: [Party],
        includesZone: Bool = false, effects: Datagram, note: Datagram = Datagram()
    ) {
        self.process = process
        self.operation = operation
        self.parties = parties
        self.includesZone = includesZone
        self.effects = effects
        self.note = note
    }
}

/// The answer to a ``DealRequest``.
package struct DealAnswer: Hashable, Sendable {
    /// What the store says.
    package enum Verdict: Hashable, Sendable {
        /// The deal has its result, which the store's module reads. It may be that nothing took place, such as for
        /// want of money; also that is final.
        case settled(Datagram)
        /// Nothing took place, and the operation's name is not used up.
        case refused(DealRefusal)
    }

    /// The deal's name.
    package var operation: OperationID
    /// The answer.
    package var verdict: Verdict

    /// The most bytes of a result.
    package static let resultLimit = 128

    package init(_ operation: OperationID, _ verdict: Verdict) {
        self.operation = operation
        self.verdict = verdict
    }
}

/// Why a deal did not take place.
package enum DealRefusal: UInt8, Hashable, Sendable, CaseIterable {
    /// The zone does not own one of the characters, or is not the zone's process any more.
    case notOwner = 0
    /// The deal contradicts itself, or takes from somebody for whom the zone does not act.
    case malformed = 1
}
