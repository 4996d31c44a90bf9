internal import ParleyDatagrams
internal import Synchronization

/// Where the connections and sockets of one `ConnectionReader` put what they receive.
final class ReaderHub: Sendable {
    private struct Members {
        /// Each with a number in the order in which they came: in what order they are resumed must not
        /// depend on a hash.
        var sources: [NetDatagram.Source: UInt64] = [:]
        var paused: Set<NetDatagram.Source> = []
        var lastNumber: UInt64 = 0

        func inOrder(_ some: some Sequence<NetDatagram.Source>) -> [NetDatagram.Source] {
            some.sorted { sources[$0, default: .max] < sources[$1, default: .max] }
        }
    }

    private let members = Mutex(Members())
    private let restart = Restart()
    let mailbox: Mailbox<NetDatagram>

    init(bound: Mailbox<NetDatagram>.Bound) {
        let restart = restart
        mailbox = Mailbox(bound: bound) { restart.hub?.resumeAll() }
        restart.hub = self
    }

    /// Lets the mailbox reach its hub. Set once, before anybody else knows the hub, hence
    /// `@unchecked Sendable`.
    private final class Restart: @unchecked Sendable {
        weak var hub: ReaderHub?
    }

    /// What it reads from, in the order in which it came.
    var sources: [NetDatagram.Source] {
        members.withLock { $0.inOrder($0.sources.keys) }
    }

    func insert(_ source: NetDatagram.Source) -> Bool {
        members.withLock { members in
            guard members.sources[source] == nil else { return false }
            members.lastNumber += 1
            members.sources[source] = members.lastNumber
            return true
        }
    }

    func contains(_ source: NetDatagram.Source) -> Bool {
        members.withLock { $0.sources[source] != nil }
    }

    @discardableResult
    func remove(_ source: NetDatagram.Source) -> Bool {
        members.withLock { members in
            members.paused.remove(source)
            return members.sources.removeValue(forKey: source) != nil
        }
    }

    func forget(_ connection: Connection) {
        remove(.connection(connection))
    }

    /// Takes what a connection has received; returns whether it shall pause.
    func deliver(_ datagrams: inout [Datagram], cost: Int, from connection: Connection) -> Bool {
        let source = NetDatagram.Source.connection(connection)
        let address = connection.remoteAddress
        var delivered = datagrams.map {
            NetDatagram(datagram: $0, source: source, address: address)
        }
        datagrams.removeAll(keepingCapacity: true)
        return deliver(&delivered, cost: cost, from: source)
    }

    /// Takes what a socket has received; returns whether it shall pause.
    func deliver(_ packets: inout [ReceivedDatagram], cost: Int, from socket: DatagramSocket)
        -> Bool
    {
        let source = NetDatagram.Source.socket(socket)
        var delivered = packets.map {
            NetDatagram(datagram: $0.datagram, source: source, address: $0.address)
        }
        packets.removeAll(keepingCapacity: true)
        return deliver(&delivered, cost: cost, from: source)
    }

    private func deliver(
        _ delivered: inout [NetDatagram], cost: Int, from source: NetDatagram.Source
    ) -> Bool {
        // Noted as paused before it may be: the consumer could catch up, and resume everybody who
        // is paused, before this call returns.
        members.withLock { _ = $0.paused.insert(source) }
        guard !mailbox.deliver(&delivered, cost: cost) else { return true }
        members.withLock { _ = $0.paused.remove(source) }
        return false
    }

    private func resumeAll() {
        let paused = members.withLock { members in
            defer { members.paused = [] }
            return members.inOrder(members.paused)
        }
        for source in paused { source.resumeReading() }
    }
}

extension NetDatagram.Source {
    fileprivate func resumeReading() {
        switch self {
        case .connection(let connection):
            connection.loop.perform { connection.assumeIsolated { $0.resumeReading() } }
        case .socket(let socket):
            socket.loop.perform { socket.assumeIsolated { $0.resumeReading() } }
        }
    }
}
