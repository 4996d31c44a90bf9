import Parley

/// The room: everything that anybody says goes to everybody.
struct ChatRoom {
    let port: UInt16

    func run() async throws {
        try await ConnectionManager.run { manager in
            var options = ConnectionOptions()
            options.maximumDatagramCount = Line.maximumCount
            let listener = try await manager.listen(port: port, options: options)
            print("chat: the room is at \(listener.localAddress)")
            let reader = ConnectionReader()
            let guests = Guests()
            await withDiscardingTaskGroup { group in
                group.addTask { await admit(listener, to: reader) }
                group.addTask { await relay(reader, among: guests, of: manager) }
                group.addTask { await sayGoodbyes(manager, guests) }
            }
        }
    }

    private func admit(_ listener: ConnectionListener, to reader: ConnectionReader) async {
        for await connection in listener.connections { await reader.add(connection) }
    }

    /// A guest's first line is their name, the others are what they say.
    private func relay(
        _ reader: ConnectionReader, among guests: Guests, of manager: ConnectionManager
    ) async {
        for await message in reader.datagrams {
            guard let connection = message.connection else { continue }
            guard let text = Line.text(of: message.datagram) else {
                await connection.abort()
                continue
            }
            if let name = await guests.name(of: connection) {
                say("\(name): \(text)", to: manager)
            } else {
                await guests.welcome(connection, as: text)
                say("* \(text) has come in", to: manager)
            }
        }
    }

    private func sayGoodbyes(_ manager: ConnectionManager, _ guests: Guests) async {
        for await end in manager.terminations {
            guard let name = await guests.forget(end.id) else { continue }
            say("* \(name) has left (\(end.reason))", to: manager)
        }
    }

    private func say(_ text: String, to manager: ConnectionManager) {
        print(text)
        ConnectionWriter().send(Line.datagram(text), to: manager.connections)
    }
}

/// Who is in the room.
actor Guests {
    private var names: [ConnectionID: String] = [:]

    func name(of connection: Connection) -> String? { names[connection.id] }

    func welcome(_ connection: Connection, as name: String) { names[connection.id] = name }

    func forget(_ id: ConnectionID) -> String? {
        names.removeValue(forKey: id)
    }
}
