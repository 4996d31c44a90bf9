import Parley
import Testing

/// The line that `echo_server.py` prints when it listens.
struct EchoPorts: Decodable {
    let tcp: UInt16
    let udp: UInt16?
}

/// The line that `echo_client.py` prints at its end.
struct EchoResult: Decodable {
    let sent: Int?
    let received: Int?
    let bytes: Int?
    let intact: Bool?
    let inOrder: Bool?
    let error: String?

    enum CodingKeys: String, CodingKey {
        case sent, received, bytes, intact, error
        case inOrder = "in_order"
    }

    /// Everything came back as it was sent.
    func expectEcho(of sizes: [Int], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(error == nil, sourceLocation: sourceLocation)
        #expect(sent == sizes.count, sourceLocation: sourceLocation)
        #expect(received == sizes.count, sourceLocation: sourceLocation)
        #expect(bytes == sizes.reduce(0, +), sourceLocation: sourceLocation)
        #expect(intact == true && inOrder == true, sourceLocation: sourceLocation)
    }
}

/// The bytes of datagram number `sequence`, as `pattern` in `peer.py` makes them.
func pattern(_ sequence: Int, _ size: Int, seed: Int = 1) -> Datagram {
    let start = seed + sequence * 31
    return Datagram(
        bytes: (start..<start + size).map { offset in
            let place = offset & 0xffff
            return UInt8(truncatingIfNeeded: place * 7 + (place >> 8) * 13)
        })
}

/// Options of the peers' command line, for each framing.
func arguments(for framing: StreamFraming) -> [String] {
    switch framing {
    case .lengthPrefixed(.uint16): ["--header-size", "2"]
    case .lengthPrefixed(.uint32): ["--header-size", "4"]
    case .raw: ["--raw"]
    }
}

func arguments(for framing: DatagramFraming) -> [String] {
    framing == .raw ? ["--raw"] : []
}

func list(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: ",")
}

let everyFraming: [StreamFraming] = [.lengthPrefixed(.uint16), .lengthPrefixed(.uint32), .raw]

/// From the smallest datagram of each framing to the largest.
func sizes(for framing: StreamFraming) -> [Int] {
    switch framing {
    case .lengthPrefixed(.uint16): [0, 1, 2, 255, 256, 1500, 65_534, 65_535]
    case .lengthPrefixed(.uint32): [0, 1, 2, 65_535, 65_536, 1 << 20]
    case .raw: [1, 2, 1502, 1503, 65_535]
    }
}

/// Four sizes that, 2,500 times each, are ten thousand datagrams.
let mixedSizes = [1, 7, 100, 300]
let rounds = 2500

/// Runs a Parley server that sends everything back, over TCP and UDP, while `body` runs.
func withEchoServer<Result: Sendable>(
    host: String? = "127.0.0.1", stream: StreamFraming = .lengthPrefixed(.uint16),
    datagram: DatagramFraming = .checksummed,
    body: (EchoPorts) async throws -> Result
) async throws -> Result {
    try await ConnectionManager.run { manager in
        let listener = try await manager.listen(
            host: host, options: ConnectionOptions(framing: stream))
        let socket = try await manager.openUDP(
            host: host, options: DatagramSocketOptions(framing: datagram))
        return try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                try await listener.serve { connection in
                    for await datagram in connection.datagrams {
                        try await connection.send(datagram)
                    }
                }
            }
            group.addTask { try await echo(socket) }
            let ports = EchoPorts(
                tcp: listener.localAddress.port, udp: socket.localAddress.port)
            let result = try await body(ports)
            group.cancelAll()
            return result
        }
    }
}

private func echo(_ socket: DatagramSocket) async throws {
    for await packet in socket.datagrams {
        try await socket.send(packet.datagram, to: packet.address, from: packet.localAddress)
    }
}
