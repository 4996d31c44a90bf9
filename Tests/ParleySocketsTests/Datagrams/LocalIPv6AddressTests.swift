import Foundation
import ParleyDatagrams
import Testing

@testable import ParleySockets

/// The same with IPv6, which has one loopback address only: the tests give the loopback interface more.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct LocalIPv6AddressTests {
    /// Two of one network, and two that exist on this link only.
    private static let hosts = ["fd00:7:7:7::2", "fd00:7:7:7::3", "fe80::772", "fe80::773"]

    /// More addresses need root, and the `ip` of iproute2.
    private static let canAddAddresses =
        geteuid() == 0 && hosts.allSatisfy { address("add", $0) && address("del", $0) }

    private static func address(_ action: String, _ host: String) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["ip", "-6", "addr", action, host + "/128", "dev", "lo"]
            + (action == "add" ? ["nodad"] : [])
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(
        .enabled(if: canAddAddresses, "needs root, iproute2 and IPv6"),
        arguments: [nil, "::"] as [String?])
    func aReplyLeavesFromTheAddressThatWasAsked(host: String?) async throws {
        for host in Self.hosts { try #require(Self.address("add", host)) }
        defer { for host in Self.hosts { _ = Self.address("del", host) } }
        let loopback = try #require(
            NetworkInterface.scan().first { $0.address == .loopback(port: 0) })
        try await ConnectionManager.run { manager in
            let server = try await manager.openUDP(host: host)
            let client = try await manager.openUDP(host: "::")
            let port = server.localAddress.port
            for (number, host) in (Self.hosts + ["::1", "127.0.0.2"]).enumerated() {
                let isLinkLocal = host.hasPrefix("fe80")
                let asked = try #require(
                    SocketAddress(
                        host: isLinkLocal ? "\(host)%\(loopback.index)" : host, port: port))
                let bytes = Datagram(bytes: [UInt8(number)])
                let question = try #require(
                    await repeating({ try await client.send(bytes, to: asked) }) {
                        await server.datagrams.first { $0.datagram == bytes }
                    })
                #expect(question.localAddress == asked)
                let answer = try #require(
                    await repeating({
                        try await server.send(
                            bytes, to: question.address, from: question.localAddress)
                    }) { await client.datagrams.first { $0.datagram == bytes } })
                #expect(answer.address == asked)
            }
        }
    }

    /// Sends until it is received: an address that was added a moment ago may lose the first datagram.
    private func repeating(
        _ send: @escaping @Sendable () async throws -> Void,
        until receive: @escaping @Sendable () async -> ReceivedDatagram?
    ) async -> ReceivedDatagram? {
        await withTaskGroup(of: ReceivedDatagram?.self) { group in
            group.addTask { await receive() }
            group.addTask {
                while !Task.isCancelled {
                    try? await send()
                    try? await Task.sleep(for: .milliseconds(200))
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
