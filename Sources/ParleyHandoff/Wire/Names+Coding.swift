public import ParleyDatagrams

extension ZoneName: DatagramCodable {
    /// Reads a count of bytes, 1 to 32, and the name.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        let count = Int(try reader.read(UInt8.self))
        guard count <= ZoneName.longest else {
            throw .tooLong(what: "a zone's name", count: count, maximum: ZoneName.longest)
        }
        let text = String(decoding: try reader.readBytes(count).bytes, as: UTF8.self)
        guard let name = ZoneName(text) else {
            throw .invalidValue(
                expected: "a zone's name", found: "\(text.debugDescription)", offset: offset)
        }
        self = name
    }

    /// Appends a count of bytes and the name.
    public func encode(into datagram: inout Datagram) {
        datagram.append(UInt8(truncatingIfNeeded: text.utf8.count))
        datagram.append(bytes: text.utf8)
    }
}

extension Epoch: DatagramCodable {
    /// Reads the generation's 4 bytes and the number's 8.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            generation: try reader.read(), number: try reader.readCounter("an epoch's number"))
    }

    /// Appends the generation's 4 bytes and the number's 8.
    public func encode(into datagram: inout Datagram) {
        datagram.append(generation)
        datagram.append(number)
    }
}

extension ZoneProcess: DatagramCodable {
    /// Reads the name and the incarnation's 8 bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), Incarnation(rawValue: try reader.readCounter("an incarnation")))
    }

    /// Appends the name and the incarnation's 8 bytes.
    public func encode(into datagram: inout Datagram) {
        zone.encode(into: &datagram)
        datagram.append(incarnation.rawValue)
    }
}

extension Owner: DatagramCodable {
    /// Reads the process and the epoch.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(try reader.read(ZoneProcess.self), try reader.read(Epoch.self))
    }

    /// Appends the process and the epoch.
    public func encode(into datagram: inout Datagram) {
        process.encode(into: &datagram)
        epoch.encode(into: &datagram)
    }
}

extension HandoffID: DatagramCodable {
    /// Reads the character, the epoch and the mark.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(character: try reader.read(), epoch: try reader.read(), mark: try reader.read())
    }

    /// Appends the character, the epoch and the mark.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(character)
        epoch.encode(into: &datagram)
        datagram.append(mark)
    }
}

extension LoginNumber: DatagramCodable {
    /// Reads the number's 8 bytes.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(rawValue: try reader.readCounter("a login"))
    }

    /// Appends the number's 8 bytes.
    public func encode(into datagram: inout Datagram) {
        datagram.append(rawValue)
    }
}

extension OperationID: DatagramCodable {
    /// Reads 0 and a request's fields, or 1 and a zone's.
    public init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case 0:
            self = .request(
                character: try reader.read(), login: try reader.read(),
                request: try reader.readCounter("a request"), index: try reader.read())
        case 1:
            let process: ZoneProcess = try reader.read()
            self = .zone(
                process.zone, process.incarnation, counter: try reader.readCounter("an effect"))
        case let kind:
            throw .invalidValue(
                expected: "0 or 1 for an operation", found: "\(kind)", offset: offset)
        }
    }

    /// Appends 0 and a request's fields, or 1 and a zone's.
    public func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .request(let character, let login, let request, let index):
            datagram.append(0 as UInt8)
            try datagram.append(character)
            login.encode(into: &datagram)
            datagram.append(request)
            datagram.append(index)
        case .zone(let zone, let incarnation, let counter):
            datagram.append(1 as UInt8)
            ZoneProcess(zone, incarnation).encode(into: &datagram)
            datagram.append(counter)
        }
    }
}
