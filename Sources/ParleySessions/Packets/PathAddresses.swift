import ParleyProtocol
import ParleySockets

/// The paths behind a session's path numbers: the newest that the machine has kept.
///
/// It keeps a current one, a candidate and the one before, so four are enough.
struct PathAddresses: Sendable {
    private struct Entry: Sendable {
        let id: PathID
        var path: NetworkPath
    }

    private static let capacity = 4

    private var entries: [Entry] = []
    private var next: UInt32 = 0

    /// No paths: a server's, before the first packet.
    init() {}

    /// A client's: the path to its server's address, which has the number ``server``.
    init(server: SocketAddress) {
        entries = [Entry(id: Self.server, path: NetworkPath(remote: server))]
        next = 1
    }

    /// The number of the path to a client's server.
    static let server = PathID(rawValue: 0)

    /// The number of a path. One that is not kept has the number that it would get.
    func id(of path: NetworkPath) -> PathID {
        for entry in entries where entry.path == path { return entry.id }
        return PathID(rawValue: next)
    }

    /// The path with a number; nil for one that is not kept.
    func path(of id: PathID?) -> NetworkPath? {
        for entry in entries where entry.id == id { return entry.path }
        return nil
    }

    /// Keeps a path with the number that ``id(of:)`` gave, in place of the oldest but the current one.
    mutating func keep(_ path: NetworkPath, as id: PathID, current: PathID?) {
        guard self.path(of: id) == nil else { return }
        if entries.count == Self.capacity,
            let oldest = entries.firstIndex(where: { $0.id != current })
        {
            entries.remove(at: oldest)
        }
        entries.append(Entry(id: id, path: path))
        next = id.rawValue &+ 1
    }

    /// A client's server is at another address, over another connection.
    mutating func moveServer(to address: SocketAddress) {
        guard !entries.isEmpty else { return }
        entries[0].path = NetworkPath(remote: address)
    }
}
