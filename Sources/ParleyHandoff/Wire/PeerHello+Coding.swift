package import ParleyDatagrams

extension PeerHello {
    /// The hello of a server that speaks these versions of the messages.
    package init(_ name: PeerName, speaking versions: PeerVersions = .current) {
        self.init(
            name, oldest: versions.oldest,
            tables: versions.all.map { versions.hash(of: $0) })
    }
}

extension PeerHello: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let name: PeerName = try reader.read()
        let start = reader.offset
        let (oldest, newest) = (try reader.read(UInt16.self), try reader.read(UInt16.self))
        guard oldest <= newest, newest - oldest < Self.mostVersions else {
            throw .invalidValue(
                expected: "1 to \(Self.mostVersions) versions", found: "\(oldest) to \(newest)",
                offset: start)
        }
        var tables: [UInt64] = []
        for _ in oldest...newest { tables.append(try reader.read()) }
        self.init(name, oldest: oldest, tables: tables)
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(name)
        guard 1...Self.mostVersions ~= tables.count, Int(oldest) + tables.count <= 65_536 else {
            throw .notRepresentable(
                value: "\(tables.count) versions from \(oldest) on", type: "a hello")
        }
        datagram.append(oldest)
        datagram.append(versions.upperBound)
        for table in tables { datagram.append(table) }
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
