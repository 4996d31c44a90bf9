import Parley

/// A UDP packet of the echo: one byte says whether it is a request or an answer, the rest is echoed.
///
/// Only requests are answered. Anybody can forge a packet's source address: if the server answered
/// every packet, one packet from its own address would circle for ever, and so would one between two
/// echo servers.
enum EchoPacket {
    private static let request: UInt8 = 1
    private static let answer: UInt8 = 2

    /// The bytes before the content.
    static let headerCount = 1

    /// A request that carries `content`.
    static func request(_ content: Datagram) -> Datagram {
        packet(request, content)
    }

    /// The answer to a packet; nil for a packet that is no request.
    static func answer(to packet: Datagram) -> Datagram? {
        content(of: packet, request).map { Self.packet(answer, $0) }
    }

    /// The content of an answer; nil for a packet that is none.
    static func content(ofAnswer packet: Datagram) -> Datagram? {
        content(of: packet, answer)
    }

    private static func packet(_ kind: UInt8, _ content: Datagram) -> Datagram {
        var packet = Datagram()
        packet.append(kind)
        packet.append(contentsOf: content)
        return packet
    }

    private static func content(of packet: Datagram, _ kind: UInt8) -> Datagram? {
        var reader = packet.reader
        guard let found = try? reader.read(UInt8.self), found == kind else { return nil }
        return reader.readRemaining()
    }
}
