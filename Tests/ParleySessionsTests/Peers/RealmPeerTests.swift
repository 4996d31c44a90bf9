import ParleyDatagrams
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// The `openssl` program at a server of a realm.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RealmPeerTests {
    /// Runs `s_client` against a listener of `world:0` with the credentials that a closure writes.
    private func withClient(
        _ arguments: (_ folder: borrowing Folder, RealmAuthority) throws -> [String],
        _ body: (PeerProgram, ConnectionManager, ConnectionListener) async throws -> Void
    ) async throws {
        let folder = try Folder()
        let authority = try RealmAuthority()
        let file = try folder.write(authority.certificatePEM, to: "authority.pem", mode: 0o644)
        let options = try arguments(folder, authority)
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(
                host: "127.0.0.1", port: 0, options: ConnectionOptions(framing: .raw),
                realm: manager.load(authority.issue("world:0")))
            let client = try PeerProgram(
                [
                    "openssl", "s_client", "-connect", "127.0.0.1:\(listener.localAddress.port)",
                    "-tls1_3", "-alpn", "parley/1", "-CAfile", file, "-verify_return_error",
                    "-no_ign_eof",
                ] + options)
            try await body(client, manager, listener)
        }
    }

    @Test(.needs("openssl", package: "openssl")) func aServerOfTheRealmGetsIn() async throws {
        try await withClient { folder, authority in
            let path = folder.path("north.pem")
            try authority.issue("zone:north").write(to: path)
            return ["-cert", path, "-key", path, "-quiet"]
        } _: { client, _, listener in
            try client.say("hello\n")
            let connection = try #require(await listener.connections.first { _ in true })
            guard case .tls(let peer) = connection.security else {
                Issue.record("it is plain")
                return
            }
            #expect(peer.name == "zone:north")
            let heard = await connection.datagrams.first { _ in true }
            #expect(heard?.bytes == Array("hello\n".utf8))
            withExtendedLifetime(client) {}
        }
    }

    @Test(.needs("openssl", package: "openssl"))
    func withoutACertificateNobodyGetsIn() async throws {
        try await withClient { _, _ in
            []
        } _: { client, manager, _ in
            let end = await manager.terminations.first { _ in true }
            #expect(
                end?.reason.securityError
                    == .protocolViolation("peer did not return a certificate"))
            try await client.hears("certificate required")
        }
    }

    /// The attacker trusts the server's authority and has a certificate of its own one.
    @Test(.needs("openssl", package: "openssl"))
    func aCertificateOfAnotherAuthorityIsRefused() async throws {
        try await withClient { folder, _ in
            let path = folder.path("forged.pem")
            try RealmAuthority().issue("zone:north").write(to: path)
            return ["-cert", path, "-key", path]
        } _: { client, manager, _ in
            let end = await manager.terminations.first { _ in true }
            #expect(end?.reason.securityError == .certificate(.untrusted))
            try await client.hears("unknown ca")
        }
    }

    /// A certificate that another server's key has signed: its authority must not sign.
    @Test(.needs("openssl", package: "openssl"))
    func aServerSignsNoCertificates() async throws {
        try await withClient { folder, authority in
            let (north, key) = (folder.path("north.pem"), folder.path("key.pem"))
            let (request, forged) = (folder.path("request.pem"), folder.path("forged.pem"))
            try authority.issue("zone:north").write(to: north)
            let names = try folder.write("subjectAltName=URI:parley:world:1\n", to: "names")
            let make = try PeerProgram([
                "sh", "-c",
                """
                openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1" \
                    -subj /CN=world:1 -out "$2" &&
                openssl x509 -req -in "$2" -CA "$3" -CAkey "$3" -set_serial 7 -extfile "$4" \
                    -out "$5" && openssl x509 -in "$3" >> "$5"; echo made
                """, "sh", key, request, north, names, forged,
            ])
            try make.wait(for: "made")
            return ["-cert", forged, "-cert_chain", forged, "-key", key]
        } _: { client, manager, _ in
            let end = await manager.terminations.first { _ in true }
            // Not `.untrusted`: the chain was there, and its middle must not sign.
            #expect(end?.reason.securityError == .certificate(.other("invalid CA certificate")))
            withExtendedLifetime(client) {}
        }
    }
}

extension CloseReason {
    /// The error of TLS; nil for another reason.
    fileprivate var securityError: TLSError? {
        if case .security(let failure) = self { failure.tls } else { nil }
    }
}
