public import ParleyDatagrams

/// What a character takes along when it changes zones, and what a checkpoint keeps of it.
///
/// It belongs to this character alone. What can change hands, such as items and money, belongs into the store.
///
/// ```swift
/// struct Skater: Traveller {
///     static let version: UInt16 = 2
///     var x = 0.0, y = 0.0
///     var quest: UInt16 = 0
///
///     init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
///         (x, y) = (try reader.read(), try reader.read())
///         // Stored bytes outlive code: version 1 had no quest.
///         if version >= 2 { quest = try reader.read() }
///     }
///     …
/// }
/// ```
public protocol Traveller: DatagramEncodable, Sendable {
    /// The version of the bytes that `encode` writes. Raise it when they change.
    static var version: UInt16 { get }

    /// The newest version that it reads: ``version``, if the type does not say a later one.
    ///
    /// No character crosses a border to a zone that does not read its state, so zones of two versions may run side by side.
    /// A program that is to be replaced, and may have to come back, reads the version after its own.
    static var newestReadable: UInt16 { get }

    /// Reads bytes of ``newestReadable`` or an earlier version.
    ///
    /// - Throws: When they cannot be read. The character is out of the realm then, and in quarantine after three
    ///   times.
    init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError)
}

extension Traveller {
    /// ``version``.
    public static var newestReadable: UInt16 { version }
}

/// How a character comes into a zone.
public enum Arrival<State: Traveller>: Sendable {
    /// It has never been in the realm.
    case new
    /// It enters, or goes on after a crash, with the state of its newest checkpoint.
    case returning(State)
    /// It crosses a border, with the state that the last zone sealed.
    case crossing(State)
    /// Its crossing failed, and it goes on where it left.
    case staying(State)

    /// What it brings; nil if it is new.
    public var state: State? {
        switch self {
        case .new: nil
        case .returning(let state), .crossing(let state), .staying(let state): state
        }
    }
}
