package import ParleyDatagrams

/// A server's answer to a player who was let in.
package struct ServerWelcome: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the server speaks.
    package var version: UInt16 = SessionFormat.version
    /// The player's number.
    package var player: PlayerID
    /// The token that makes UDP datagrams this player's.
    package var token: SessionToken
    /// The port that they go to, on the address that TCP was connected to.
    package var udpPort: UInt16
    /// Ticks a second.
    package var tickRate: UInt16
    /// Snapshots a second.
    package var snapshotRate: UInt16
    /// The name as accepted, which may differ from the one asked for.
    package var name: String

    package init(
        player: PlayerID, token: SessionToken, udpPort: UInt16, tickRate: UInt16,
        snapshotRate: UInt16, name: String
    ) {
        self.player = player
        self.token = token
        self.udpPort = udpPort
        self.tickRate = tickRate
        self.snapshotRate = snapshotRate
        self.name = name
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        player = try reader.read()
        token = SessionToken(rawValue: try reader.read())
        udpPort = try reader.read()
        tickRate = try reader.read()
        snapshotRate = try reader.read()
        name = try reader.readString()
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(player)
        datagram.append(token.rawValue)
        datagram.append(udpPort)
        datagram.append(tickRate)
        datagram.append(snapshotRate)
        try datagram.append(name)
    }
}
