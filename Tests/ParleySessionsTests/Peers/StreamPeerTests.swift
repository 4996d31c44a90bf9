import Foundation
import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// Other implementations of TLS at connections and listeners of this one.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct StreamPeerTests {
    /// Runs `body` with an encrypted listener and the file of its certificate.
    private func withListener(
        _ options: ConnectionOptions = .init(),
        _ body: (SecureStage, _ authority: String) async throws -> Void
    ) async throws {
        let folder = try Folder()
        try await onSecureStage(options) { stage in
            let file = try folder.write(
                stage.identity.certificatesPEM, to: "authority.pem", mode: 0o644)
            try await body(stage, file)
        }
    }

    private func openssl(_ stage: SecureStage, _ arguments: [String]) throws -> PeerProgram {
        try PeerProgram(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(stage.address.port)"] + arguments)
    }

    @Test(.needs("openssl", package: "openssl")) func opensslIsServed() async throws {
        try await withListener(ConnectionOptions(framing: .raw)) { stage, authority in
            let client = try openssl(
                stage,
                [
                    "-tls1_3", "-alpn", "parley/1", "-CAfile", authority,
                    "-verify_return_error", "-verify_hostname", "localhost", "-quiet",
                    "-no_ign_eof",
                ])
            let connection = try await stage.accept()
            try client.say("hello\n")
            #expect(await connection.next()?.bytes == Array("hello\n".utf8))
            try await connection.send(Datagram(bytes: "welcome\n".utf8))
            try await client.hears("welcome\n")
            try client.closeInput()
            #expect(await connection.terminated() == .closedByPeer)
            withExtendedLifetime(client) {}
        }
    }

    @Test(
        .needs("openssl", package: "openssl"),
        arguments: [
            (["-tls1_2", "-alpn", "parley/1"], TLSError.oldVersion),
            (["-tls1_3"], .noApplicationProtocol),
            (["-tls1_3", "-alpn", "h2"], .noApplicationProtocol),
        ])
    func otherProtocolsAreRefused(arguments: [String], error: TLSError) async throws {
        try await withListener { stage, _ in
            let client = try openssl(stage, arguments)
            guard case .security(let failure) = try await stage.nextServerEnd() else {
                Issue.record("it ended otherwise")
                return
            }
            #expect(failure.tls == error)
            // The alert has reached the client, which understands it.
            try await client.hears(
                error == .oldVersion ? "protocol version" : "no application protocol")
            #expect(try await stage.othersGoOn())
        }
    }

    private static let python = """
        import socket, ssl, struct, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.set_alpn_protocols(["parley/1"])
        plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        stream = context.wrap_socket(plain, server_hostname="localhost")
        def send(payload):
            stream.sendall(struct.pack("<H", len(payload)) + payload)
        def exactly(count):
            data = b""
            while len(data) < count:
                data += stream.recv(count - len(data))
            return data
        for payload in (b"", b"one", bytes(60000)):
            send(payload)
            (count,) = struct.unpack("<H", exactly(2))
            assert exactly(count) == payload
        print("echoed", flush=True)
        if sys.argv[3] == "goodbye":
            stream.unwrap()
        stream.close()
        """

    @Test(.needs("python3", package: "python3"), arguments: ["goodbye", "none"])
    func pythonFramesDatagrams(ending: String) async throws {
        try await withListener { stage, authority in
            let client = try PeerProgram([
                "python3", "-c", Self.python, "\(stage.address.port)", authority, ending,
            ])
            let connection = try await stage.accept()
            var counts: [Int] = []
            for await datagram in connection.datagrams {
                counts.append(datagram.count)
                try await connection.send(datagram)
            }
            #expect(counts == [0, 3, 60_000])
            try await client.hears("echoed")
            let reason = await connection.terminated()
            if ending == "goodbye" {
                #expect(reason == .closedByPeer)
            } else if case .security(let failure)? = reason {
                #expect(failure.isLostConnection)
            } else {
                Issue.record("it ended with \(reason as Any)")
            }
        }
    }

    @Test(.needs("openssl", package: "openssl")) func anOpensslServerIsVerified() async throws {
        let folder = try Folder()
        let identity = try TLSIdentity(keptIn: folder.path("server.pem"))
        let authority = try folder.write(
            identity.certificatesPEM, to: "authority.pem", mode: 0o644)
        let server = try PeerProgram([
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", folder.path("server.pem"),
            "-key", folder.path("server.pem"), "-rev", "-alpn", "parley/1",
        ])
        try await server.hears("ACCEPT 127.0.0.1:")
        let text = try await server.hears("\n")
        let port = try #require(UInt16(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        try await ConnectionManager.run { manager in
            let connection = try await manager.connect(
                to: "localhost", port: port, options: ConnectionOptions(framing: .raw),
                security: .tls(.authority(file: authority)))
            try await connection.send(Datagram(bytes: "hello\n".utf8))
            #expect(await connection.next()?.bytes == Array("olleh\n".utf8))
            await connection.close()
            do {
                _ = try await manager.connect(
                    to: "127.0.0.1", port: port, security: .tls(.pin(try TLSIdentity().pin)))
                Issue.record("another server's key is accepted")
            } catch ConnectError.security(let failure) {
                guard case .wrongKey? = failure.tls else {
                    Issue.record("\(failure)")
                    return
                }
            }
        }
        withExtendedLifetime(server) {}
    }
}
