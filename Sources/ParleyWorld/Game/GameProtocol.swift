public import ParleyDatagrams

/// The types of the messages between a game's clients and its server, one for each direction and
/// transport.
///
/// ```swift
/// enum Arena: GameProtocol {
///     static let name = "arena"
///     struct Command: DatagramCodable { … }     // client to server, UDP, many a second
///     enum Request: DatagramCodable { … }       // client to server, TCP, rare and never lost
///     enum Notice: DatagramCodable { … }        // server to client, TCP, rare and never lost
///     struct Join: DatagramCodable { … }        // client to server, TCP, once; may be left out
///     struct Snapshot: DatagramCodable { … }    // server to client, UDP, the newest counts
/// }
/// ```
public protocol GameProtocol: Sendable {
    /// The game's name, which both sides compare first. A client of another game, or of an older
    /// version with another name, is refused with a text that has both names.
    static var name: String { get }

    /// Client to server with the hello, once: what a player brings beside the name, such as a team or a
    /// class. The world decides by it (``World/join(_:)``). Games without one leave it out.
    ///
    /// It has at most 512 bytes. A client whose value cannot be decoded is refused.
    associatedtype Join: DatagramCodable & Sendable = NoJoin

    /// Client to server over UDP: may be lost, never arrives twice or out of order.
    ///
    /// A datagram with commands has at most 1,200 bytes
    /// (``GameServerConfiguration/maximumCommandBytes``).
    associatedtype Command: DatagramCodable & Sendable

    /// Client to server over TCP: arrives once and in order.
    ///
    /// It has at most 4 KiB (``GameServerConfiguration/maximumRequestBytes``).
    associatedtype Request: DatagramCodable & Sendable

    /// Server to client over TCP: arrives once and in order.
    associatedtype Notice: DatagramCodable & Sendable

    /// Server to client over UDP: may be lost; a client only ever sees newer ones.
    ///
    /// Keep it under 1,200 bytes, which every path on the Internet carries in one packet.
    associatedtype Snapshot: DatagramCodable & Sendable

    /// Decodes the commands of a step, which came as bytes.
    ///
    /// Games leave it as it is. It is a requirement so that the compiler makes it for the game's type of
    /// commands, in the game's module; a server calls it once a step.
    static func decode(
        _ commands: inout EncodedCommands, by decoder: inout CommandDecoder<Command>
    ) -> [PlayerCommand<Command>]
}

extension GameProtocol {
    /// Decodes them by the decoder.
    @inlinable
    public static func decode(
        _ commands: inout EncodedCommands, by decoder: inout CommandDecoder<Command>
    ) -> [PlayerCommand<Command>] {
        decoder.decode(&commands)
    }
}
