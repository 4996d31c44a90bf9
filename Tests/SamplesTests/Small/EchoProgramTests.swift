import Foundation
import Parley
import Testing

/// The echo sample from a shell.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EchoProgramTests {
    @Test(arguments: [[], ["--header-size", "4"], ["--raw"]])
    func everythingComesBack(options: [String]) async throws {
        let server = try Program(
            ["serve", "--port", "0", "--udp-port", "0"] + options, of: "echo")
        var ports: [UInt16] = []
        for await line in server.lines {
            ports += line.split(separator: " ").compactMap { SocketAddress(String($0))?.port }
            if ports.count == 2 { break }
        }
        for (port, transport) in [(ports[0], []), (ports[1], ["--udp"])] {
            let words = ["send", "--count", "50", "--to", "127.0.0.1:\(port)", "--size", "300"]
            let outcome = try await Program(words + transport + options, of: "echo").outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("echo: 50 datagrams of 300 bytes"))
        }
        server.send(SIGTERM)
        #expect(await server.outcome().status == 0)
    }

    @Test func anInviteIsForItsServerOnly() async throws {
        let server = try Program(["serve", "--port", "0", "--tls"], of: "echo")
        var lines = server.lines.makeAsyncIterator()
        _ = await lines.next()
        let line = try #require(await lines.next())
        #expect(line.hasPrefix("echo: encrypted; echo send --invite parley:localhost:"))
        let invite = try #require(line.split(separator: " ").last.map(String.init))
        let words = ["send", "--count", "50", "--invite"]
        let sent = try await Program(words + [invite], of: "echo").outcome()
        #expect(sent.output.hasPrefix("echo: 50 datagrams of 32 bytes"), "\(sent.errors)")
        let other = invite.prefix { $0 != "#" } + "#" + String(repeating: "a", count: 25) + "4"
        let refused = try await Program(words + [String(other)], of: "echo").outcome()
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("echo: cannot connect: the server's key is "))
        let udp = try await Program(words + [invite, "--udp"], of: "echo").outcome()
        #expect(udp.status == 64)
        server.send(SIGTERM)
        #expect(await server.outcome().status == 0)
    }

    @Test func anErrorIsOneLine() async throws {
        let manager = ConnectionManager()
        let listener = try await manager.listen(host: "127.0.0.1")
        let port = "\(listener.localAddress.port)"
        let taken = try await Program(["serve", "--port", port], of: "echo").outcome()
        #expect(taken.status == 1)
        #expect(taken.errors == "echo: cannot bind [::]:\(port): Address already in use\n")
        await manager.shutdown(within: .zero)
        let refused = try await Program(["send", "--to", "127.0.0.1:1"], of: "echo").outcome()
        #expect(refused.status == 1)
        #expect(refused.errors == "echo: cannot connect: 127.0.0.1:1: Connection refused\n")
        let size = try await Program(["serve", "--header-size", "3"], of: "echo").outcome()
        #expect(size.status == 64 && size.errors == "echo: --header-size is 2 or 4\n")
    }
}
