import Parley

/// The room: the server that sends every guest's lines to all guests.
struct ChatRoom {
    let port: UInt16

    /// Serves until cancelled.
    func run() async throws {
        try await ConnectionManager.run { manager in
            var options = ConnectionOptions()
            options.maximumDatagramCount = Line.maximumCount
            let listener = try await manager.listen(port: port, options: options)
            print("chat: the room is at \(listener.localAddress)")
            print("chat: not encrypted, and open to every machine that reaches this one")
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

    /// The first line of a guest is the name, and every later line goes to all guests.
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
                let name = await guests.welcome(connection, as: text)
                say("* \(name) has come in", to: manager)
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

/// The guests in the room, each with a name of its own.
actor Guests {
    private var names: [ConnectionID: String] = [:]

    func name(of connection: Connection) -> String? { names[connection.id] }

    /// Lets a guest in.
    ///
    /// - Returns: The guest's name: the wish, or "Ann (2)" when another guest is Ann.
    func welcome(_ connection: Connection, as wish: String) -> String {
        let taken = Set(names.values)
        var name = wish
        var number = 2
        while taken.contains(name) {
            name = "\(wish) (\(number))"
            number += 1
        }
        names[connection.id] = name
        return name
    }

    func forget(_ id: ConnectionID) -> String? {
        names.removeValue(forKey: id)
    }
}
