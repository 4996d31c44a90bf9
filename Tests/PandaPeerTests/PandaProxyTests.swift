import Foundation
import Parley
import TestNetworks
import Testing

/// Panda3D programs that encrypt nothing, behind a proxy that speaks TLS for them.
///
/// The proxy is HAProxy, which can agree on `parley/1` (ALPN). stunnel 5.68 has no option for that.
@Suite(.needsPanda, .serialized, .timeLimit(.minutes(5)))
struct PandaProxyTests {
    private let sizes = [0, 1, 2, 255, 1_500, 40_000]

    /// A Panda3D client reaches an encrypted listener through the proxy, which verifies it.
    @Test(.needs("haproxy", package: "haproxy")) func aPandaClientReachesAnEncryptedListener()
        async throws
    {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let identity = try TLSIdentity()
        let authority = folder.path("authority.pem")
        try identity.certificatesPEM.write(toFile: authority, atomically: true, encoding: .utf8)
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(
                host: "127.0.0.1", port: 0, security: .tls(identity))
            let port = try await Self.freePort()
            let proxy = try Self.proxy(
                folder, from: "127.0.0.1:\(port)",
                to:
                    "127.0.0.1:\(listener.localAddress.port) ssl alpn parley/1 ca-file \(authority) verify required "
                    + "verifyhost localhost")
            let result = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await listener.serve { connection in
                        for await datagram in connection.datagrams {
                            try await connection.send(datagram)
                        }
                    }
                }
                try await Self.wait(for: port)
                let result = try await PandaPeer.run(
                    "echo_client.py", ["--port", "\(port)", "--sizes", list(sizes)]
                ) { try await $0.next(EchoResult.self) }
                group.cancelAll()
                return result
            }
            result.expectEcho(of: sizes)
            withExtendedLifetime(proxy) {}
        }
    }

    /// A client that encrypts reaches a Panda3D server through the proxy, whose key it pins.
    @Test(.needs("haproxy", package: "haproxy")) func aPandaServerIsReachedEncrypted() async throws
    {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let identity = try TLSIdentity(keptIn: folder.path("proxy.pem"))
        let received = try await PandaPeer.run("echo_server.py", []) { server in
            let plain = try await server.next(EchoPorts.self).tcp
            let port = try await Self.freePort()
            let proxy = try Self.proxy(
                folder,
                from: "127.0.0.1:\(port) ssl crt \(folder.path("proxy.pem")) alpn parley/1",
                to: "127.0.0.1:\(plain)")
            try await Self.wait(for: port)
            return try await ConnectionManager.run { manager in
                let connection = try await manager.connect(
                    to: "127.0.0.1", port: port, security: .tls(.pin(identity.pin)))
                var received: [Datagram] = []
                var answers = connection.datagrams.makeAsyncIterator()
                for (number, size) in sizes.enumerated() {
                    try await connection.send(pattern(number, size))
                    received.append(try #require(await answers.next()))
                }
                withExtendedLifetime(proxy) {}
                return received
            }
        }
        #expect(received == sizes.enumerated().map { pattern($0, $1) })
    }

    /// Starts a proxy from one address to another. It ends when nothing refers to it any more.
    private static func proxy(
        _ folder: TemporaryFolder, from front: String, to back: String
    ) throws -> PeerProgram {
        let file = folder.path("haproxy.cfg")
        let text = """
            defaults
                mode tcp
                timeout connect 60s
                timeout client 60s
                timeout server 60s
            listen panda
                bind \(front)
                server one \(back)

            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return try PeerProgram(["haproxy", "-db", "-f", file])
    }

    /// Waits until the proxy listens.
    private static func wait(for port: UInt16) async throws {
        try await ConnectionManager.run { manager in
            while true {
                do {
                    let probe = try await manager.connect(to: "127.0.0.1", port: port)
                    await probe.close()
                    return
                } catch is ConnectError {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }

    private static func freePort() async throws -> UInt16 {
        try await ConnectionManager.run { manager in
            try await manager.listen(host: "127.0.0.1", port: 0).localAddress.port
        }
    }
}
