import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// Datagrams for one peer that travel joined come out as they went in, and so they do where the
/// system cannot join them.
@Suite(.timeLimit(.minutes(5)), .everyNetwork)
struct JoinedPacketTests {
    /// Sizes of neighbours: equal ones, a shorter last one, odd ones out, more than one message has
    /// space for, and some that are too large to be joined.
    static let sizes: [[Int]] = [
        [200, 200, 200, 200],
        [200, 200, 77, 200, 200, 200, 31],
        [0, 0, 5, 5, 0, 5],
        Array(repeating: 1000, count: 80),
        [1450, 1450, 1451, 1451, 2000, 2000, 9000, 9000],
        [1],
    ]

    @Test(arguments: sizes, [[true, true], [true, false], [false, true], [false, false]])
    func arriveAsTheyWent(sizes: [Int], joins: [Bool]) async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let sender = try await open(manager, joins: joins[0])
            let receiver = try await open(manager, joins: joins[1])
            let sent = sizes.enumerated().map { number, size in
                Datagram(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ number) })
            }
            for datagram in sent { try await sender.send(datagram, to: receiver.localAddress) }
            var received: [Datagram] = []
            for await packet in receiver.datagrams {
                #expect(packet.address == sender.localAddress)
                received.append(packet.datagram)
                if received.count == sent.count { break }
            }
            #expect(received == sent)
        }
    }

    @Test func neighboursForDifferentPeersStayApart() async throws {
        try await ConnectionManager.run(network: TestNetwork.current.network) { manager in
            let sender = try await open(manager, joins: true)
            let receivers = [
                try await open(manager, joins: true), try await open(manager, joins: true),
            ]
            for number in 0..<20 {
                let datagram = Datagram { $0.append(UInt32(number)) }
                try await sender.send(datagram, to: receivers[number / 2 % 2].localAddress)
            }
            for (index, receiver) in receivers.enumerated() {
                var numbers: [UInt32] = []
                for await packet in receiver.datagrams {
                    var fields = packet.datagram.reader
                    numbers.append(try fields.read())
                    if numbers.count == 10 { break }
                }
                #expect(numbers == (0..<20).filter { Int($0) / 2 % 2 == index })
            }
        }
    }

    private func open(_ manager: ConnectionManager, joins: Bool) async throws -> DatagramSocket {
        var options = DatagramSocketOptions()
        options.socket = [.joinsPackets(joins)]
        return try await manager.openUDP(host: "127.0.0.1", options: options)
    }
}
