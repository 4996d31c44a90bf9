import Parley

@main
enum HelloServer {
    static func main() async throws {
        try await ConnectionManager.run { manager in
            let listener = try await manager.listen(port: 9098)
            try await listener.serve { connection in
                for await datagram in connection.datagrams {
                    try await connection.send(datagram)
                }
            }
        }
    }
}
