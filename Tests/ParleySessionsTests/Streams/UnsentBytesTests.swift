import Glibc
import ParleyDatagrams
import ParleySecurity
import ParleySessions
import TestNetworks
import Testing

@testable import ParleySockets

/// What is sealed for a slow reader waits as plaintext, where something newer can still replace it.
@Suite(.timeLimit(.minutes(5)))
struct UnsentBytesTests {
    /// The unsent bytes in the system's buffer when it takes no more, for a reader that has stopped.
    private func unsentWhenFull(_ security: StreamSecurity.Server) async throws -> Int {
        var serving = ConnectionOptions(framing: .lengthPrefixed(.uint32))
        serving.socket = [.sendBuffer(1 << 20)]
        serving.outboundLimit = 64 << 20
        var reading = ConnectionOptions(framing: .lengthPrefixed(.uint32))
        reading.inboundWatermark = 1
        reading.socket = [.receiveBuffer(16 * 1_024)]
        return try await ConnectionManager.run { [serving, reading] manager in
            let listener = try await manager.listen(
                host: "127.0.0.1", options: serving, security: security)
            let client = try await manager.connect(
                to: "localhost", port: listener.localAddress.port, options: reading,
                security: security == .none ? .none : .automatic)
            for await server in listener.connections {
                let large = Datagram(bytes: [UInt8](repeating: 7, count: 64 * 1_024))
                for _ in 0..<256 { try server.offer(large) }
                var unsent: Int?
                try await until {
                    unsent = await server.unsentWhenFull
                    return unsent != nil
                }
                await client.abort()
                return try #require(unsent)
            }
            throw StageError.listenerEnded
        }
    }

    @Test func littleIsSealedAheadOfASlowReader() async throws {
        // One record may come on top of the limit.
        let most = Connection.unsentLimit + 2 * TLSEngine.largestRecord
        #expect(try await unsentWhenFull(.tls(try TLSIdentity())) <= most)
        #expect(try await unsentWhenFull(.none) > most)
    }
}

extension Connection {
    /// The bytes that the system holds and has not sent once; `nil` while it takes more.
    fileprivate var unsentWhenFull: Int? {
        guard stalledSince != nil, let port = port as? SystemPort else { return nil }
        var count = Int32(0)
        // SIOCOUTQNSD, which glibc's headers leave to Linux's.
        guard ioctl(port.descriptor, 0x894B, &count) == 0 else { return nil }
        return Int(count)
    }
}
