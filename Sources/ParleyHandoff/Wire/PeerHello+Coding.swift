package import ParleyDatagrams

extension PeerHello {
    /// The hello of a server that has this table of messages.
    package init(_ name: PeerName) {
        self.init(name, table: PeerMessageTable.hash)
    }
}

extension PeerHello: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(try reader.read(), table: try reader.read())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(name)
        datagram.append(table)
    }

    /// Reads the first message of a link. Nothing is known of its sender yet, so it may be nothing else.
    ///
    /// - Throws: ``DatagramError``. The link is closed then.
    package init(first datagram: Datagram) throws(DatagramError) {
        let row = PeerMessageTable.row(.hello)
        var reader = datagram.reader
        let kind: PeerMessageKind = try reader.readCase("a kind of message between servers")
        guard kind == .hello else {
            throw .invalidValue(expected: "a hello", found: "\(kind)", offset: 0)
        }
        guard datagram.count <= row.byteLimit else {
            throw .limitExceeded(what: "\(kind)", limit: row.byteLimit, offset: 0)
        }
        try self.init(from: &reader)
        try reader.expectEnd()
    }
}

extension PeerName: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let role: PeerRole = try reader.readCase("a role")
        switch role {
        case .world: self = .world(Int(try reader.read(UInt16.self)))
        case .zone: self = .zone(try reader.read())
        case .supervisor: self = .supervisor
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(role.rawValue)
        switch self {
        case .world(let number):
            guard let number = UInt16(exactly: number) else {
                throw .notRepresentable(value: "\(self)", type: "a world server's name")
            }
            datagram.append(number)
        case .zone(let zone): try datagram.append(zone)
        case .supervisor: break
        }
    }
}
