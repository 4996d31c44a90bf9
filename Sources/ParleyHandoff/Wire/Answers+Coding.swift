package import ParleyDatagrams

extension Standing: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let place: ZoneProcess? = try reader.readOptional()
        self.init(
            place: place, isPlaceAlive: try reader.readFlag(), epoch: try reader.read(),
            login: try reader.read(), access: try reader.readCase("an access"),
            mark: try reader.read(), isTaken: try reader.readFlag())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(optional: place)
        datagram.append(isPlaceAlive)
        epoch.encode(into: &datagram)
        login.encode(into: &datagram)
        datagram.append(access.rawValue)
        datagram.append(mark)
        datagram.append(isTaken)
    }
}

extension EndedSession: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(try reader.read(), try reader.read())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(character)
        login.encode(into: &datagram)
    }
}

extension ZoneAnswer: DatagramCodable {
    /// The most sessions that one heartbeat's answer ends. The next one's answer has the others.
    package static let endedLimit = 4_096

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let kind: Kind = try reader.readCase("a kind of answer")
        self.init(
            kind, try reader.read(), mark: try reader.read(), isDone: try reader.readFlag(),
            ended: try reader.readArray(of: "ended sessions", upTo: Self.endedLimit, atLeast: 16) {
                (reader) throws(DatagramError) in try reader.read()
            })
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(kind.rawValue)
        process.encode(into: &datagram)
        datagram.append(mark)
        datagram.append(isDone)
        let ended = Array(ended.prefix(Self.endedLimit))
        try datagram.append(array: ended, of: "ended sessions", upTo: Self.endedLimit) {
            (datagram, session) throws(DatagramError) in try datagram.append(session)
        }
    }
}

/// The stored state is for world servers only, and does not travel.
extension CharacterAnswer: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let kind: Kind = try reader.readCase("a kind of answer")
        self.init(
            kind, try reader.read(), mark: try reader.read(), isDone: try reader.readFlag(),
            now: try reader.readOptional())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(kind.rawValue)
        try datagram.append(character)
        datagram.append(mark)
        datagram.append(isDone)
        try datagram.append(optional: now)
    }
}
