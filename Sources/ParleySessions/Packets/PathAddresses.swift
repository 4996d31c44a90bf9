import ParleyProtocol
import ParleySockets

/// The addresses behind a session's path numbers: the newest that the machine has kept.
///
/// It keeps a current one, a candidate and the one before, so four are enough.
struct PathAddresses: Sendable {
    private struct Entry: Sendable {
        let id: PathID
        var address: SocketAddress
    }

    private static let capacity = 4

    private var entries: [Entry] = []
    private var next: UInt32 = 0

    /// No addresses: a server's, before the first packet.
    init() {}

    /// A client's: its server's address, which has the number ``server``.
    init(server: SocketAddress) {
        entries = [Entry(id: Self.server, address: server)]
        next = 1
    }

    /// The number of a client's server.
    static let server = PathID(rawValue: 0)

    /// The number of an address. One that is not kept has the number that it would get.
    func id(of address: SocketAddress) -> PathID {
        for entry in entries where entry.address == address { return entry.id }
        return PathID(rawValue: next)
    }

    /// The address with a number; nil for one that is not kept.
    func address(of id: PathID?) -> SocketAddress? {
        for entry in entries where entry.id == id { return entry.address }
        return nil
    }

    /// Keeps an address with the number that ``id(of:)`` gave, in place of the oldest but the current one.
    mutating func keep(_ address: SocketAddress, as id: PathID, current: PathID?) {
        guard self.address(of: id) == nil else { return }
        if entries.count == Self.capacity,
            let oldest = entries.firstIndex(where: { $0.id != current })
        {
            entries.remove(at: oldest)
        }
        entries.append(Entry(id: id, address: address))
        next = id.rawValue &+ 1
    }

    /// A client's server is at another address, over another connection.
    mutating func moveServer(to address: SocketAddress) {
        guard !entries.isEmpty else { return }
        entries[0].address = address
    }
}
