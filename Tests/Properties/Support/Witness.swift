import ParleySockets
import Synchronization

/// Remembers, without keeping them alive, the actors of a run.
final class Witness: Sendable {
    private struct Seen: Sendable {
        weak let object: (any AnyObject & Sendable)?
        let name: String
    }

    private let seen = Mutex<[Seen]>([])

    func see(_ connection: Connection) {
        seen.withLock { $0.append(Seen(object: connection, name: connection.description)) }
    }

    func see(_ socket: DatagramSocket) {
        seen.withLock { $0.append(Seen(object: socket, name: "UDP \(socket.localAddress)")) }
    }

    func see(_ object: some AnyObject & Sendable, as name: String) {
        seen.withLock { $0.append(Seen(object: object, name: name)) }
    }

    /// Nothing of the run is left in memory.
    func check() throws {
        let left = seen.withLock { $0.compactMap { $0.object == nil ? nil : $0.name } }
        try require(left.isEmpty, "still in memory: \(left.joined(separator: ", "))")
    }
}
