package import ParleyDatagrams

/// A server's answer to a player who was let in.
package struct ServerWelcome: Hashable, Sendable, DatagramCodable {
    /// The session protocol that the server speaks.
    package var version: UInt16 = SessionFormat.version
    /// The player's number.
    package var player: PlayerID
    /// The number in the header of the session's packets.
    package var session: SessionNumber
    /// The server's part of the keys of packets.
    package var random: SessionRandom
    /// What protects the packets: 0 for tokens, else the number of a cipher.
    package var cipher: UInt8
    /// The secret of the first resume.
    package var secret: ResumeSecret
    /// The port that they go to, on the address that TCP was connected to.
    package var udpPort: UInt16
    /// Ticks a second.
    package var tickRate: UInt16
    /// Snapshots a second.
    package var snapshotRate: UInt16
    /// The name as accepted, which may differ from the one asked for.
    package var name: String

    package init(
        player: PlayerID, session: SessionNumber, random: SessionRandom, cipher: UInt8,
        secret: ResumeSecret, udpPort: UInt16, tickRate: UInt16, snapshotRate: UInt16, name: String
    ) {
        self.player = player
        self.session = session
        self.random = random
        self.cipher = cipher
        self.secret = secret
        self.udpPort = udpPort
        self.tickRate = tickRate
        self.snapshotRate = snapshotRate
        self.name = name
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        version = try reader.read()
        player = try reader.read()
        session = SessionNumber(rawValue: try reader.read())
        random = try reader.read()
        cipher = try reader.read()
        secret = try reader.read()
        udpPort = try reader.read()
        tickRate = try reader.read()
        snapshotRate = try reader.read()
        name = try reader.readString()
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(version)
        try datagram.append(player)
        datagram.append(session.rawValue)
        random.encode(into: &datagram)
        datagram.append(cipher)
        secret.encode(into: &datagram)
        datagram.append(udpPort)
        datagram.append(tickRate)
        datagram.append(snapshotRate)
        try datagram.append(name)
    }
}
