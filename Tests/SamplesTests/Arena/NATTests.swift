import Foundation
import Testing

/// The arena through a real NAT.
@Suite(.serialized, .timeLimit(.minutes(5))) struct NATTests {
    private static let bots = 3

    /// A NAT whose table is emptied each second, so that each second all players come from other ports.
    @Test(
        .enabled(
            if: MasqueradingNAT.isPossible, "needs root, iproute2, nftables and conntrack"))
    func playersGoOnWhileTheirNATForgetsThemEachSecond() async throws {
        let nat = try MasqueradingNAT()
        defer { MasqueradingNAT.remove() }
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "parley-nat-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try Program(
            [
                "serve", "--host", MasqueradingNAT.serverAddress, "--identity",
                folder.appending(path: "server.pem").path,
            ], namespace: MasqueradingNAT.server)
        var lines = server.lines.makeAsyncIterator()
        let first = try #require(await lines.next())
        let invite = try #require(first.split(separator: " ").first { $0.hasPrefix("parley:") })
        let bots = try Program(
            ["bots", "--invite", String(invite), "--count", "\(Self.bots)"],
            namespace: MasqueradingNAT.clients)
        for _ in 0..<Self.bots { while await lines.next()?.hasSuffix(" joined") == false {} }

        async let ports = forgetting(nat, times: 18)
        var status: String?
        while let line = await lines.next() {
            // They come ten seconds apart: the second one is about seconds in which the ports changed.
            guard line.hasPrefix("tick ") else { continue }
            if status != nil {
                status = line
                break
            }
            status = line
        }
        #expect(try await ports.count > 10)
        let last = try #require(status)
        #expect(last.contains("\(Self.bots) players"))
        // 20 snapshots a second for each player; through the tunnel only probes would go over UDP, 4 a second.
        let sent = last.split(separator: "|").first { $0.contains("UDP out") }?
            .split(separator: " ").lazy.compactMap { Int($0.dropLast(2)) }.first
        #expect(try #require(sent, "\(last)") > 10 * Self.bots, "\(last)")
        for program in [bots, server] {
            program.send(SIGINT)
            #expect(await program.outcome().status == 0)
        }
    }

    /// Empties the NAT's table each second, and returns the ports that its clients had.
    private func forgetting(_ nat: MasqueradingNAT, times: Int) async throws -> Set<String> {
        var ports: Set<String> = []
        for _ in 0..<times {
            try await Task.sleep(for: .seconds(1))
            ports.formUnion(try nat.outerPorts())
            try nat.forget()
        }
        return ports
    }
}
