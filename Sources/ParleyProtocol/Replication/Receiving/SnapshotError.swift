public import ParleyDatagrams

/// Why a snapshot packet was refused. Nothing was taken from it, and it is not acknowledged.
public enum SnapshotError: Error, Hashable, Sendable {
    /// The packet ends too early, or goes on after its end.
    case malformed(DatagramError)
    /// The schema has no type of this number.
    case unknownType(Int, count: Int)
    /// An alias is past the largest one allowed.
    case aliasTooLarge(Int, limit: Int)
    /// The packet's baseline is not here: a later packet changed the meaning of the alias, or the
    /// sender is wrong about what arrived.
    case unknownBaseline(alias: Int)
    /// The packet makes other states than the sender has: it was damaged on the way, or the sender
    /// has another schema.
    case failedCheck(expected: UInt16, found: UInt16)
}

extension SnapshotError: CustomStringConvertible {
    /// One sentence: the expected and the found value.
    public var description: String {
        switch self {
        case .malformed(let error): "the snapshot is malformed: \(error)"
        case .unknownType(let type, let count):
            "expected one of \(count) types of entities, but found number \(type)"
        case .aliasTooLarge(let alias, let limit):
            "expected an alias below \(limit), but found \(alias)"
        case .unknownBaseline(let alias):
            "the change of the entity with alias \(alias) refers to a state that is not here"
        case .failedCheck(let expected, let found):
            "the states in the snapshot have the check \(found), but it says \(expected)"
        }
    }
}
