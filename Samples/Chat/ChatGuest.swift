import Parley
import SampleSupport

/// A guest: the client that sends what is typed and prints what comes.
struct ChatGuest {
    let server: Endpoint
    let name: String

    func run() async throws {
        try await ConnectionManager.run { manager in
            let connection = try await manager.connect(to: server.host, port: server.port)
            try await connection.send(Line.datagram(name))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await datagram in connection.datagrams {
                        if let text = Line.text(of: datagram) { print(text) }
                    }
                }
                group.addTask {
                    for await line in StandardInput.lines where !line.isEmpty {
                        try await connection.send(Line.datagram(line))
                    }
                }
                // The first end is the end of both: the room has closed, or the input has ended.
                try await group.next()
                group.cancelAll()
            }
            if let reason = connection.closeReason { throw RoomClosed(reason: reason) }
        }
    }
}

struct RoomClosed: Error, CustomStringConvertible {
    let reason: CloseReason

    var description: String { "the room is gone: \(reason)" }
}
