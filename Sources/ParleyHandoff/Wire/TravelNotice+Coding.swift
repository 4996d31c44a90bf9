package import ParleyDatagrams

extension Destination: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), try reader.read(), address: try reader.readAddress(),
            SeatToken(rawValue: try reader.read()))
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try attempt.encode(into: &datagram)
        process.encode(into: &datagram)
        try datagram.append(address: address)
        datagram.append(token.rawValue)
    }
}

extension SessionContinuation: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            epoch: try reader.read(), login: try reader.read(),
            requests: try reader.readCounter("requests"),
            firstNotice: try reader.readCounter("a notice"),
            sourceTick: try reader.readCounter("a tick"),
            targetTick: try reader.readCounter("a tick"))
    }

    package func encode(into datagram: inout Datagram) {
        epoch.encode(into: &datagram)
        login.encode(into: &datagram)
        datagram.append(requests)
        datagram.append(firstNotice)
        datagram.append(sourceTick)
        datagram.append(targetTick)
    }
}

extension TravelNotice: DatagramCodable {
    /// The most bytes of a notice. More are refused undecoded.
    package static let byteLimit = 512

    private enum Kind {
        static let travel: UInt8 = 1
        static let moved: UInt8 = 2
        static let resumed: UInt8 = 3
    }

    /// The notice in a message's bytes, all of them.
    package init(decoding datagram: Datagram) throws(DatagramError) {
        guard datagram.count <= Self.byteLimit else {
            throw .limitExceeded(what: "a travel notice", limit: Self.byteLimit, offset: 0)
        }
        var reader = datagram.reader
        self = try reader.read()
        try reader.expectEnd()
    }

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let offset = reader.offset
        switch try reader.read(UInt8.self) {
        case Kind.travel: self = .travel(try reader.read())
        case Kind.moved: self = .moved(try reader.read())
        case Kind.resumed: self = .resumed(try reader.read())
        case let kind:
            throw .invalidValue(
                expected: "a travel notice (1 to 3)", found: "\(kind)", offset: offset)
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .travel(let destination):
            datagram.append(Kind.travel)
            try datagram.append(destination)
        case .moved(let destination):
            datagram.append(Kind.moved)
            try datagram.append(destination)
        case .resumed(let continuation):
            datagram.append(Kind.resumed)
            continuation.encode(into: &datagram)
        }
    }
}
