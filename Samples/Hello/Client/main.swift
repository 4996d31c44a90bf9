import Foundation
import Parley

do {
    try await ConnectionManager.run { manager in
        let server = try await manager.connect(to: "localhost", port: 9098)
        try await server.send(Datagram { try $0.append("Hello, world") })
        for await datagram in server.datagrams {
            var fields = datagram.reader
            return print(try fields.readString())
        }
    }
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
