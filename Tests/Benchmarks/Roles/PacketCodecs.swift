import CBenchmarkBaseline
import ParleyDatagrams
import ParleyProtocol
import ParleySecurity
import ParleySessions

/// What a packet costs from its frames to its bytes and back, with all that the protocol decides about it.
enum PacketCodecs {
    private static let text = 200
    private static let session = SessionNumber(slot: 1, generation: 2)
    private static let path = PathID(rawValue: 1)

    static func run(_ arguments: RoleArguments) throws {
        let count = Int64(arguments["iterations"])
        let isPlain = arguments["plain"] == 1
        var client = makeCodec(.client, isPlain)
        var server = makeCodec(.server, isPlain)
        var sender = SessionPackets(
            client: session, server: path, tagCount: client.tagCount, at: .zero)
        var receiver = SessionPackets(server: session, tagCount: client.tagCount, at: .zero)
        let payload = Datagram(bytes: [UInt8](repeating: 7, count: text))
        var packet = Datagram(minimumCapacity: 2_048)
        var scratch = Datagram(minimumCapacity: 2_048)
        let isOpening = arguments["opens"] == 1
        var spent: Int64 = 0
        // Batches, so that the clock costs nothing, and acknowledgements keep the sender going.
        let batch: Int64 = 50
        var packets = (0..<batch).map { _ in Datagram(minimumCapacity: 2_048) }
        var done: Int64 = 0
        while done < count {
            let now = Duration.milliseconds(done)
            let began = bench_now()
            for index in packets.indices {
                guard case .send(let outgoing) = sender.packet(carrying: text, over: .udp, at: now)
                else { return }
                packets[index].removeAll(keepingCapacity: true)
                try client.seal(outgoing, into: &packets[index]) {
                    $0.append(PacketFrameKind.command.rawValue)
                    $0.append(contentsOf: payload)
                }
            }
            let sealed = bench_now()
            for index in packets.indices {
                let header = try PacketHeader(packets[index])
                let pending = try receiver.admit(
                    header, count: packets[index].count, from: path, at: now)
                guard
                    let plaintext = server.open(packets[index], as: pending, scratch: &scratch)
                else { return }
                let frames = try PacketFrames(plaintext, from: .client)
                _ = try receiver.opened(
                    pending, frames: frames, count: packets[index].count, from: path, at: now)
            }
            spent += isOpening ? bench_now() - sealed : sealed - began
            done += batch
            acknowledge(from: &receiver, &server, to: &sender, &client, &packet, &scratch, now)
        }
        RoleProcess.say(["nanoseconds": spent, "count": done])
    }

    private static func acknowledge(
        from receiver: inout SessionPackets, _ server: inout PacketCodec,
        to sender: inout SessionPackets, _ client: inout PacketCodec, _ packet: inout Datagram,
        _ scratch: inout Datagram, _ now: Duration
    ) {
        while let outgoing = receiver.nextControlPacket(at: now, challenge: { 7 }) {
            packet.removeAll(keepingCapacity: true)
            try? server.seal(outgoing, into: &packet)
            guard let header = try? PacketHeader(packet),
                let pending = try? sender.admit(header, count: packet.count, from: path, at: now),
                let plaintext = client.open(packet, as: pending, scratch: &scratch)
            else { return }
            let frames = try? PacketFrames(plaintext, from: .server)
            _ = try? sender.opened(
                pending, frames: frames, count: packet.count, from: path, at: now)
        }
    }

    private static func makeCodec(_ end: SessionEnd, _ isPlain: Bool) -> PacketCodec {
        if isPlain { return PacketCodec(end, session: session, toServer: 1, toClient: 2) }
        let random = [UInt8](repeating: 3, count: 32)
        return PacketCodec(
            end, session: session,
            secrets: PacketSecrets(
                session: session, clientRandom: random.span, serverRandom: random.span,
                cipher: .aes128GCM))
    }
}
