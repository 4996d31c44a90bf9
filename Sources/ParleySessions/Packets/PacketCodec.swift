package import ParleyDatagrams
package import ParleyProtocol
package import ParleySecurity

/// Makes packets of frames, and frames of packets, for one end of a session.
///
/// A sealed session has keys. A plain one has a token of 8 bytes in each direction, in the place of the tag: it
/// tells a player's packets from those of people who cannot read them, and no more. A machine,
/// ``SessionPackets``, decides about numbers, epochs and addresses.
package struct PacketCodec: ~Copyable, Sendable {
    /// The bytes of a token.
    package static let tokenCount = 8

    /// The session.
    package let session: SessionNumber
    /// Whether there are keys; false for tokens.
    var isSealed: Bool { sealing != nil }
    /// The bytes behind a packet's frames: 16 or 8.
    package let tagCount: Int
    private let end: SessionEnd
    private var sealing: SealingKeys?
    private var opening: OpeningKeys?
    private var ownToken: UInt64 = 0
    private var peerToken: UInt64 = 0

    /// A sealed session.
    package init(
        _ end: SessionEnd, session: SessionNumber, secrets: consuming PacketSecrets
    ) {
        self.end = end
        self.session = session
        tagCount = AEADCipher.tagCount
        let toServer = secrets.toServer
        let toClient = secrets.toClient
        if end == .client {
            sealing = SealingKeys(toServer, epoch: 0)
            opening = OpeningKeys(toClient)
        } else {
            sealing = SealingKeys(toClient, epoch: 0)
            opening = OpeningKeys(toServer)
        }
    }

    /// A plain session.
    ///
    /// - Parameters:
    ///   - toServer: The random token of the client's packets.
    ///   - toClient: The random token of the server's packets.
    package init(_ end: SessionEnd, session: SessionNumber, toServer: UInt64, toClient: UInt64) {
        self.end = end
        self.session = session
        tagCount = Self.tokenCount
        ownToken = end == .client ? toServer : toClient
        peerToken = end == .client ? toClient : toServer
    }

    /// New secrets, because the session continues on another connection.
    ///
    /// - Parameters:
    ///   - secrets: Those of the `resumed` message.
    ///   - base: What the server's machine has chosen. A client seals under the new secret from now on, a server when
    ///     its machine says so.
    package mutating func rebase(_ secrets: consuming PacketSecrets, to base: BaseEpochs) {
        guard sealing != nil else { return }
        let toServer = secrets.toServer
        let toClient = secrets.toClient
        if end == .client {
            sealing = SealingKeys(toServer, epoch: base.toServer)
            opening?.expect(toClient, epoch: base.toClient)
        } else {
            sealing?.expect(toClient, epoch: base.toClient)
            opening?.expect(toServer, epoch: base.toServer)
        }
    }

    /// Wipes the key of an epoch that is over.
    package mutating func retire(_ epoch: UInt32) {
        opening?.retire(epoch)
    }
}

extension PacketCodec {
    /// Appends a sealed packet to a datagram, which may have others before it.
    ///
    /// Allocates nothing while the datagram has capacity.
    ///
    /// - Parameters:
    ///   - packet: What the machine allows.
    ///   - datagram: Gets the packet.
    ///   - payload: Appends the last frame: its kind and its bytes, as many as the machine was asked for.
    /// - Throws: The error of the key. The datagram is as it was.
    package mutating func seal(
        _ packet: OutgoingPacket, into datagram: inout Datagram,
        payload: (inout Datagram) -> Void = { _ in }
    ) throws(SealingError) {
        let start = datagram.count
        packet.encode(session: session, into: &datagram, payload: payload)
        guard sealing != nil else { return datagram.append(ownToken) }
        datagram.appendPadding(tagCount)
        do throws(SealingError) {
            try datagram.withMutableSpan(from: start) { (bytes) throws(SealingError) in
                try sealing?.seal(
                    &bytes, headerCount: PacketHeader.count, number: packet.number,
                    epoch: packet.epoch)
            }
        } catch {
            datagram = datagram.slice(..<start)
            throw error
        }
    }

    /// Opens a packet.
    ///
    /// The received bytes are not changed. Allocates nothing while the caller keeps no slice of the plaintext
    /// before.
    ///
    /// - Parameters:
    ///   - packet: All bytes of the packet.
    ///   - pending: What the machine has admitted.
    ///   - scratch: Memory for the plaintext of sealed packets, used again for the next one.
    /// - Returns: The frames, a slice of either; nil if the packet is not the peer's.
    package mutating func open(
        _ packet: Datagram, as pending: PendingPacket, scratch: inout Datagram
    ) -> Datagram? {
        let count = packet.count - PacketHeader.count - tagCount
        guard count >= 0 else { return nil }
        let end = PacketHeader.count + count
        guard opening != nil else {
            guard let token = try? DatagramReader(packet, offset: end).peek(UInt64.self),
                // All bits at once, so the time tells nothing.
                token ^ peerToken == 0
            else { return nil }
            return packet.slice(PacketHeader.count..<end)
        }
        scratch.removeAll(keepingCapacity: true)
        scratch.appendPadding(count)
        let isOpen = packet.withSpan { bytes in
            scratch.withMutableSpan(from: 0) { plaintext in
                opening?.open(
                    bytes, headerCount: PacketHeader.count, number: pending.number,
                    epoch: pending.epoch, into: &plaintext)
            }
        }
        return isOpen == true ? scratch : nil
    }
}
