import ArenaGame
import Parley

// Server and client of an encrypted echo. The client finds the server's key by itself, because both are
// programs of one user on one machine.
try await ConnectionManager.run { manager in
    let listener = try await manager.listen(
        host: "127.0.0.1", security: .tls(try TLSIdentity()))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await listener.serve { connection in
                for await datagram in connection.datagrams {
                    try await connection.send(datagram)
                }
            }
        }
        let client = try await manager.connect(
            to: "localhost", port: listener.localAddress.port, security: .automatic)
        try await client.send(word)
        for await answer in client.datagrams {
            var fields = answer.reader
            print("echoed \(try fields.read(UInt32.self)) over \(client.security)")
            break
        }
        await client.close()
        await listener.close()
        try await group.waitForAll()
    }
}
