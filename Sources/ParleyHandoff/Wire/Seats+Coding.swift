package import ParleyDatagrams

extension DatagramReader {
    /// Reads a u16 count, and a process and a state for each zone.
    mutating func readZones() throws(DatagramError) -> [ListedZone] {
        try readArray(of: "zones", upTo: ListedZone.limit, atLeast: 11) {
            (reader) throws(DatagramError) in
            ListedZone(try reader.read(), try reader.readCase("the state of a zone"))
        }
    }
}

extension Datagram {
    /// Appends a u16 count, and a process and a state for each zone.
    mutating func append(zones: [ListedZone]) throws(DatagramError) {
        try append(array: zones, of: "zones", upTo: ListedZone.limit) {
            (datagram, zone) throws(DatagramError) in
            zone.process.encode(into: &datagram)
            datagram.append(zone.state.rawValue)
        }
    }
}

extension SeatRequest: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), source: try reader.read(), target: try reader.read(),
            stateVersion: try reader.read())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try attempt.encode(into: &datagram)
        source.encode(into: &datagram)
        target.encode(into: &datagram)
        datagram.append(stateVersion)
    }
}

extension SeatAnswer: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let attempt: HandoffID = try reader.read()
        guard try reader.readFlag() else {
            self.init(attempt, .refused(try reader.readCase("a refusal")))
            return
        }
        let token = SeatToken(rawValue: try reader.read())
        let seat = ReservedSeat(
            token, address: try reader.readAddress(), isWarm: try reader.readFlag())
        self.init(attempt, .reserved(seat))
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try attempt.encode(into: &datagram)
        switch verdict {
        case .refused(let refusal):
            datagram.append(false)
            datagram.append(refusal.rawValue)
        case .reserved(let seat):
            datagram.append(true)
            datagram.append(seat.token.rawValue)
            try datagram.append(address: seat.address)
            datagram.append(seat.isWarm)
        }
    }
}

extension GrantedPlayer: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), try reader.read(), mark: try reader.read(), login: try reader.read(),
            state: try reader.readOptional())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(character)
        owner.encode(into: &datagram)
        datagram.append(mark)
        login.encode(into: &datagram)
        try datagram.append(optional: state)
    }
}
