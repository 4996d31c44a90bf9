import Foundation
import ParleyDatagrams
import TestNetworks
import Testing

@testable import ParleySockets

/// A peer behind a path that takes shorter datagrams than others do.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct NarrowPathTests {
    private static let address = "127.0.0.99"
    private static let mtu = "700"

    /// A route to the address with a small path MTU needs root, and the `ip` of iproute2.
    private static let canMakeRoute: Bool =
        geteuid() == 0 && route("add", mtu: mtu) && route("del", mtu: nil)

    private static func route(_ action: String, mtu: String?) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["ip", "route", action, "local", address + "/32", "dev", "lo", "table", "local"]
            + (mtu.map { ["mtu", "lock", $0] } ?? [])
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: canMakeRoute, "needs root and iproute2"))
    func itsDatagramsGoApartAndOthersStayJoined() async throws {
        try #require(Self.route("add", mtu: Self.mtu))
        defer { _ = Self.route("del", mtu: nil) }
        let loop = try EventLoop()
        let (narrow, isJoining) = try await onLoop(loop) {
            let port = try loop.openDatagrams(
                at: .loopback(port: 0), options: [.joinsPackets(true)])
            defer { port.close() }
            var packets = PacketBuffer()
            let peer = SocketAddress(ipv4: (127, 0, 0, 99), port: 9)
            for _ in 0..<3 {
                packets.append([UInt8](repeating: 1, count: 1_200).span, address: peer)
            }
            let narrow = port.send(packets, from: 0)
            return (narrow, (port as? SystemDatagramPort)?.isJoining)
        }
        guard case .sent(3) = narrow else {
            Issue.record("\(narrow)")
            return
        }
        #expect(isJoining == true)
    }
}
