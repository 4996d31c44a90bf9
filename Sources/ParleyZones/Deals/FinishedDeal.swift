public import ParleyDatagrams
public import ParleyHandoff
public import ParleyStore

/// The end of a deal, as each character of it hears of it: once, in whatever zone it is by then.
public struct FinishedDeal: Hashable, Sendable {
    /// The deal's name, as `Zone.deal(_:note:)` returned it.
    public let operation: OperationID
    /// The result, which is final; nil if the deal did not take place, because a character of it was in another zone before
    /// the store had it. Then only another try can, such as one within `finished`, which has the same name, or one that
    /// goes by it.
    public let result: DealResult?
    /// The bytes that the game gave along.
    public let note: Datagram

    /// Whether all effects took place.
    public var isApplied: Bool { result == .applied }
}

/// Why a zone takes no deal. Nothing has happened.
public enum DealError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No character of this zone takes part.
    case nobodyHere
    /// The character would give something, and is not in this zone now.
    case notHere(CharacterID)
    /// So many deals of the character are open already.
    case tooManyOpen(CharacterID, limit: Int)
    /// So many deals of the zone are open already: the store does not answer fast enough.
    case zoneIsBusy(limit: Int)
    /// The deal contradicts itself: in words.
    case malformed(String)

    /// The reason in words.
    public var description: String {
        switch self {
        case .nobodyHere: "no character of the deal is in this zone"
        case .notHere(let character): "\(character) is not in this zone"
        case .tooManyOpen(let character, let limit):
            "\(character) waits for the results of \(limit) deals"
        case .zoneIsBusy(let limit): "the zone waits for the results of \(limit) deals"
        case .malformed(let reason): "the deal is malformed: \(reason)"
        }
    }
}
