package import ParleyDatagrams
package import ParleyProtocol
import ParleySecurity
package import ParleySessions
package import ParleySockets
import Synchronization

/// A client's end of a session's packets, made and opened one by one. All go over UDP, even where that is blocked.
package final class RawPackets: Sendable {
    private struct State: ~Copyable {
        var machine: SessionPackets
        var codec: PacketCodec
    }

    private let state: Mutex<State>
    /// The session.
    package let session: SessionNumber

    /// The packets of a session that has begun.
    package init(
        _ session: SessionNumber, protection: consuming PacketProtection, at now: NetworkInstant
    ) {
        self.session = session
        let codec =
            switch consume protection {
            case .sealed(let secrets): PacketCodec(.client, session: session, secrets: secrets)
            case .tokens(let toServer, let toClient):
                PacketCodec(.client, session: session, toServer: toServer, toClient: toClient)
            }
        state = Mutex(
            State(
                machine: SessionPackets(
                    client: session, server: PathID(rawValue: 0), tagCount: codec.tagCount,
                    at: now.sinceEpoch),
                codec: codec))
    }

    /// The packets of the session of a welcome; nil if it protects them in an unknown way.
    ///
    /// - Parameter random: The random bytes of the hello.
    package convenience init?(
        _ welcome: ServerWelcome, random: SessionRandom, at now: NetworkInstant
    ) {
        guard
            let protection = PacketProtection(
                number: welcome.cipher, session: welcome.session, clientRandom: random,
                serverRandom: welcome.random)
        else { return nil }
        self.init(welcome.session, protection: protection, at: now)
    }

    /// Begins the new keys of an answer to a resume. A plain session has none.
    package func rebase(
        to resumed: SessionResumed, random: SessionRandom, cipher: UInt8, at now: NetworkInstant
    ) {
        guard let cipher = AEADCipher(rawValue: cipher) else { return }
        state.withLock { state in
            _ = state.machine.rebase(to: resumed.base, at: now.sinceEpoch)
            state.codec.rebase(
                PacketSecrets(
                    session: session, clientRandom: random.bytes.span,
                    serverRandom: resumed.random.bytes.span, cipher: cipher), to: resumed.base)
        }
    }

    // MARK: Sending

    /// A packet whose last frames are these bytes, which may be none at all.
    package func packet(frames: Datagram, at now: NetworkInstant) -> Datagram {
        var packet = Datagram()
        state.withLock { state in
            let permit = state.machine.packet(
                carrying: frames.count - 1, isFragmentable: true, over: .udp, at: now.sinceEpoch)
            guard case .send(let outgoing) = permit else { return }
            try? state.codec.seal(outgoing, into: &packet) { $0.append(contentsOf: frames) }
        }
        return packet
    }

    /// The packet of a payload.
    package func packet(
        _ kind: PacketFrameKind, _ payload: Datagram, at now: NetworkInstant
    ) -> Datagram {
        let frames = Datagram {
            $0.append(kind.rawValue)
            $0.append(contentsOf: payload)
        }
        return packet(frames: frames, at: now)
    }

    /// A question for the server's newest tick.
    package func ping(mark: UInt32 = 1, at now: NetworkInstant) -> Datagram {
        let frames = Datagram {
            $0.append(PacketFrameKind.ping.rawValue)
            $0.append(mark)
        }
        return packet(frames: frames, at: now)
    }

    /// A plain client's command.
    package func command(
        _ command: some DatagramEncodable, sequence: UInt32, at now: NetworkInstant
    ) throws(DatagramError) -> Datagram {
        packet(
            .command, try ClientPayload.command(encoding: command, sequence: sequence), at: now)
    }

    /// A predicting client's commands.
    package func input<Command: DatagramEncodable & Equatable>(
        _ bundle: CommandBundle<Command>, acknowledging: SnapshotAcknowledgement? = nil,
        at now: NetworkInstant
    ) throws(DatagramError) -> Datagram {
        packet(
            .input, try ClientPayload.input(encoding: bundle, acknowledgement: acknowledging),
            at: now)
    }

    // MARK: Receiving

    /// Opens a packet of the server.
    ///
    /// - Parameter replies: Gets the packets that answer it: to a challenge at once.
    package func open(
        _ packet: Datagram, at now: NetworkInstant, replies: inout [Datagram]
    ) throws(PacketDrop) -> PacketFrames {
        try state.withLock { (state) throws(PacketDrop) in
            let (server, time) = (PathID(rawValue: 0), now.sinceEpoch)
            let pending = try state.machine.admit(
                try PacketHeader(packet), count: packet.count, from: server, at: time)
            // The payload may be kept, so its memory is not used again.
            var scratch = Datagram()
            guard let plaintext = state.codec.open(packet, as: pending, scratch: &scratch) else {
                throw .forged
            }
            guard let frames = try? PacketFrames(plaintext, from: .server) else { throw .malformed }
            _ = try state.machine.opened(
                pending, frames: frames, count: packet.count, from: server, at: time)
            while let next = state.machine.nextControlPacket(at: time, challenge: { 0 }) {
                var reply = Datagram()
                try? state.codec.seal(next, into: &reply)
                replies.append(reply)
            }
            return frames
        }
    }
}

extension PlayerTable {
    /// Gives a player a seat in a plain session.
    ///
    /// - Returns: The player, and the client's end of the session's packets.
    package mutating func admit(
        name: String, at now: NetworkInstant
    ) throws(JoinRefusal) -> (player: Player, packets: RawPackets) {
        let player = try admit(name: name, at: now) { session in
            PacketLink(server: session, protection: .test(session), at: now)
        }
        guard let session = link(of: player.id)?.session else { throw JoinRefusal("no packets") }
        return (player, RawPackets(session, protection: .test(session), at: now))
    }

    /// Takes a datagram that arrived, as if no tick had been.
    package mutating func receive(
        _ datagram: Datagram, from address: SocketAddress, to local: SocketAddress? = nil,
        at now: NetworkInstant
    ) -> PacketOutcome {
        var touched: [PacketLink] = []
        return receive(
            datagram, from: address, to: local, at: now, tick: Tick(number: 0),
            touched: &touched)
    }
}

extension PacketProtection {
    /// The tokens of a session at a table without connections.
    fileprivate static func test(_ session: SessionNumber) -> PacketProtection {
        let number = UInt64(session.rawValue)
        return .tokens(toServer: number ^ 0x0123_4567_89AB_CDEF, toClient: ~number)
    }
}

extension SessionRandom {
    /// Always the same bytes for a seed.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.init(using: &generator)
    }
}

extension ResumeSecret {
    /// Always the same bits for a seed.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.init(using: &generator)
    }
}
