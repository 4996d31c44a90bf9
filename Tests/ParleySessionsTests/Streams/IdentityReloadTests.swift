import Foundation
import ParleySecurity
import ParleySessions
import ParleySockets
import TestNetworks
import Testing

/// A listener whose certificate is renewed while it runs.
@Suite(.timeLimit(.minutes(5)))
struct IdentityReloadTests {
    private func withListener(
        _ body: (ConnectionManager, ConnectionListener, String) async throws -> Void
    ) async throws {
        let folder = try Folder()
        let file = folder.path("server.pem")
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(
                host: "127.0.0.1", security: .tls(try TLSIdentity(keptIn: file)))
            try await body(manager, listener, file)
        }
    }

    private func key(
        _ manager: ConnectionManager, _ listener: ConnectionListener
    ) async throws -> PublicKeyPin? {
        let client = try await manager.connect(
            to: "localhost", port: listener.localAddress.port, security: .automatic)
        defer { withExtendedLifetime(client) {} }
        guard case .tls(let peer) = client.security else { return nil }
        return peer.key
    }

    @Test func newConnectionsSeeTheNewIdentity() async throws {
        try await withListener { manager, listener, file in
            let old = try #require(listener.identity).pin
            #expect(try await key(manager, listener) == old)
            try FileManager.default.removeItem(atPath: file)
            let new = try TLSIdentity(keptIn: file).pin
            #expect(new != old)
            try await listener.reloadIdentity()
            #expect(listener.identity?.pin == new)
            // Clients on this machine find the new key, too.
            #expect(try await key(manager, listener) == new)
        }
    }

    @Test func aBrokenFileKeepsTheOldIdentity() async throws {
        try await withListener { manager, listener, file in
            let old = try #require(listener.identity).pin
            try "-----BEGIN CERTIFICATE-----\nbroken\n".write(
                toFile: file, atomically: false, encoding: .utf8)
            await #expect(throws: ListenError.self) { try await listener.reloadIdentity() }
            #expect(listener.identity?.pin == old)
            #expect(try await key(manager, listener) == old)
        }
    }

    /// Clients on this machine would find no key for the new identity, so nobody sees it.
    @Test func aKeyThatCannotBeLeftKeepsTheOldIdentity() async throws {
        try await withListener { manager, listener, file in
            let old = try #require(listener.identity).pin
            let record = LoopbackPins().path(listener.localAddress.port)
            try FileManager.default.removeItem(atPath: record)
            // A folder with something in it cannot be replaced by a file.
            try FileManager.default.createDirectory(
                atPath: record + "/x", withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: record) }
            try FileManager.default.removeItem(atPath: file)
            #expect(try TLSIdentity(keptIn: file).pin != old)
            await #expect(throws: ListenError.self) { try await listener.reloadIdentity() }
            #expect(listener.identity?.pin == old)
            let client = try await manager.connect(
                to: "localhost", port: listener.localAddress.port, security: .tls(.pin(old)))
            #expect(client.security.isEncrypted)
        }
    }

    @Test func theKeyOfALoopbackListenerIsAFileOfTheUser() async throws {
        try await withListener { manager, listener, _ in
            let port = listener.localAddress.port
            let pin = try LoopbackPins().read(port: port)
            #expect(pin == listener.identity?.pin)
        }
    }
}
