internal import ParleyDatagrams
internal import Synchronization

/// Where the connections and sockets of one `ConnectionReader` deliver their datagrams.
final class ReaderHub: Sendable {
    private struct Members {
        /// Each source with its number, in the order of arrival: the order in which sources resume
        /// must not depend on a hash.
        var sources: [NetDatagram.Source: UInt64] = [:]
        var paused: Set<NetDatagram.Source> = []
        var lastNumber: UInt64 = 0

        func inOrder(_ some: some Sequence<NetDatagram.Source>) -> [NetDatagram.Source] {
            some.sorted { sources[$0, default: .max] < sources[$1, default: .max] }
        }
    }

    private let members = Mutex(Members())
    let mailbox: Mailbox<NetDatagram>

    init(bound: Mailbox<NetDatagram>.Bound) {
        mailbox = Mailbox(bound: bound, keptBytes: 16 * 1024)
        mailbox.setProducer(self)
    }

    /// The sources, in the order of their arrival.
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

    func remove(_ source: NetDatagram.Source) {
        members.withLock { members in
            members.paused.remove(source)
            members.sources[source] = nil
        }
    }

    /// Takes what a connection has received, emptying the array; returns whether the connection must
    /// pause.
    func deliver(_ datagrams: inout [Datagram], cost: Int, from connection: Connection) -> Bool {
        let source = NetDatagram.Source.connection(connection)
        let address = connection.remoteAddress
        var delivered = datagrams.map {
            NetDatagram(datagram: $0, source: source, address: address, localAddress: nil)
        }
        datagrams.removeAll(keepingAtMost: Connection.keptBatchBytes)
        return deliver(&delivered, cost: cost, from: source)
    }

    private func deliver(
        _ delivered: inout [NetDatagram], cost: Int, from source: NetDatagram.Source
    ) -> Bool {
        // Noted before the source pauses: the consumer could catch up, and resume all paused
        // sources, before this call returns.
        members.withLock { _ = $0.paused.insert(source) }
        guard !mailbox.deliver(&delivered, cost: cost) else { return true }
        members.withLock { _ = $0.paused.remove(source) }
        return false
    }
}

extension ReaderHub: DatagramSocketReader {
    func insert(_ socket: DatagramSocket) -> Bool { insert(.socket(socket)) }

    func remove(_ socket: DatagramSocket) { remove(.socket(socket)) }

    func deliver(_ datagrams: inout [ReceivedDatagram], cost: Int, from socket: DatagramSocket)
        -> Bool
    {
        let source = NetDatagram.Source.socket(socket)
        var delivered = datagrams.map {
            NetDatagram(
                datagram: $0.datagram, source: source, address: $0.address,
                localAddress: $0.localAddress)
        }
        datagrams.removeAll(keepingAtMost: 16 * 1024)
        return deliver(&delivered, cost: cost, from: source)
    }
}

extension ReaderHub: MailboxProducer {
    /// Resumes all sources that have paused, in the order of their arrival.
    func resumeProducing() {
        let paused = members.withLock { members in
            defer { members.paused = [] }
            return members.inOrder(members.paused)
        }
        for source in paused {
            switch source {
            case .connection(let connection): connection.resumeProducing()
            case .socket(let socket): socket.resumeProducing()
            }
        }
    }
}
