import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySessions

/// The ways to protect a packet.
enum PacketCipher: CaseIterable {
    case plain, aes128GCM, chaCha20Poly1305

    var aead: AEADCipher? {
        switch self {
        case .plain: nil
        case .aes128GCM: .aes128GCM
        case .chaCha20Poly1305: .chaCha20Poly1305
        }
    }
}

/// Both ends of a session, with their codecs.
struct PacketPair: ~Copyable {
    static let session = SessionNumber(slot: 0x12345, generation: 0x678)
    private static let path = PathID(rawValue: 1)

    let cipher: PacketCipher
    var client: SessionPackets
    var server: SessionPackets
    var scratch = Datagram()
    var now = Duration.seconds(10)
    private var clientCodec: PacketCodec
    private var serverCodec: PacketCodec
    private var outgoing = Datagram(minimumCapacity: 2_048)

    init(_ cipher: PacketCipher, limits: EpochLimits = .sealed) {
        self.cipher = cipher
        if let cipher = cipher.aead {
            clientCodec = PacketCodec(
                .client, session: Self.session, secrets: Self.secrets(cipher, 0))
            serverCodec = PacketCodec(
                .server, session: Self.session, secrets: Self.secrets(cipher, 0))
        } else {
            let (up, down): (UInt64, UInt64) = (0x1111_2222_3333_4444, 0x8877_6655_4433_2211)
            clientCodec = PacketCodec(.client, session: Self.session, toServer: up, toClient: down)
            serverCodec = PacketCodec(.server, session: Self.session, toServer: up, toClient: down)
        }
        client = SessionPackets(
            client: Self.session, server: Self.path, tagCount: clientCodec.tagCount,
            limits: limits, at: now)
        server = SessionPackets(
            server: Self.session, tagCount: serverCodec.tagCount, limits: limits, at: now)
        // So that a server may send before it has received.
        _ = try? receive(try send([0], from: .client), at: .server)
        _ = try? receive(try send([0], from: .client), at: .server)
    }

    var tagCount: Int { client.tagCount }

    private static func secrets(_ cipher: AEADCipher, _ number: UInt8) -> PacketSecrets {
        PacketSecrets(
            session: session, clientRandom: [UInt8](0..<32).span,
            serverRandom: [UInt8](repeating: number, count: 32).span, cipher: cipher)
    }

    /// New secrets for both ends.
    mutating func resume(_ number: UInt8) {
        guard let cipher = cipher.aead else { return }
        let base = server.rebase()
        serverCodec.rebase(Self.secrets(cipher, number), to: base)
        _ = client.rebase(to: base, at: now)
        clientCodec.rebase(Self.secrets(cipher, number), to: base)
    }

    /// The packet of a payload.
    mutating func send(_ payload: [UInt8], from end: SessionEnd) throws -> Datagram {
        var packet = Datagram()
        try seal(Datagram(bytes: payload), from: end, into: &packet)
        return packet
    }

    /// The payload of a packet.
    mutating func receive(_ packet: Datagram, at end: SessionEnd) throws -> [UInt8] {
        try open(packet, at: end).payload?.bytes.bytes ?? []
    }

    /// Sends a payload each way.
    mutating func exchange(_ payload: Datagram) throws {
        try exchange(payload, from: .client)
        try exchange(payload, from: .server)
    }

    private mutating func exchange(_ payload: Datagram, from end: SessionEnd) throws {
        var packet = Datagram()
        swap(&packet, &outgoing)
        packet.removeAll(keepingCapacity: true)
        try seal(payload, from: end, into: &packet)
        _ = try open(packet, at: end.peer)
        swap(&packet, &outgoing)
    }

    private mutating func seal(
        _ payload: Datagram, from end: SessionEnd, into packet: inout Datagram
    ) throws {
        let isClient = end == .client
        let permit =
            isClient
            ? client.packet(carrying: payload.count, over: .udp, at: now)
            : server.packet(carrying: payload.count, over: .udp, at: now)
        guard case .send(let outgoing) = permit else {
            throw SealingError.keyExhausted(afterPackets: 0)
        }
        if isClient {
            try clientCodec.seal(outgoing, into: &packet) {
                $0.append(PacketFrameKind.command.rawValue)
                $0.append(contentsOf: payload)
            }
        } else {
            try serverCodec.seal(outgoing, into: &packet) {
                $0.append(PacketFrameKind.snapshot.rawValue)
                $0.append(contentsOf: payload)
            }
        }
    }

    private mutating func open(_ packet: Datagram, at end: SessionEnd) throws -> PacketFrames {
        let isClient = end == .client
        let header = try PacketHeader(packet)
        let pending =
            isClient
            ? try client.admit(header, count: packet.count, from: Self.path, at: now)
            : try server.admit(header, count: packet.count, from: Self.path, at: now)
        let plaintext =
            isClient
            ? clientCodec.open(packet, as: pending, scratch: &scratch)
            : serverCodec.open(packet, as: pending, scratch: &scratch)
        guard let plaintext else {
            _ = isClient ? client.failed() : server.failed()
            throw PacketDrop.forged
        }
        let frames = try PacketFrames(plaintext, from: end.peer)
        if isClient {
            _ = try client.opened(
                pending, frames: frames, count: packet.count, from: Self.path, at: now)
        } else {
            _ = try server.opened(
                pending, frames: frames, count: packet.count, from: Self.path, at: now)
        }
        return frames
    }
}
