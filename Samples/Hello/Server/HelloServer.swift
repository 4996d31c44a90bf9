import Foundation
import Parley

@main
enum HelloServer {
    static func main() async {
        do {
            try await ConnectionManager.run { manager in
                let listener = try await manager.listen(host: "127.0.0.1", port: 9098)
                try await listener.serve { connection in
                    for await datagram in connection.datagrams {
                        try await connection.send(datagram)
                    }
                }
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }
}
