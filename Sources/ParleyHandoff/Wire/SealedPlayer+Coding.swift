package import ParleyDatagrams

extension SealedPlayer: DatagramCodable {
    /// The number of the format that is written. Every format that was ever stored stays readable.
    package static let format: UInt16 = 2

    /// The most notices in a tail.
    package static let noticeLimit = 4_096
    /// The most commands, as many as a bundle of them has.
    package static let commandLimit = 16
    /// The most deals that are open.
    package static let operationLimit = 256
    /// The most bytes of a name.
    package static let nameLimit = 32

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        try self.init(from: &reader, format: Self.format)
    }

    /// Reads a state of a format: 1, which had no name and no notes of deals, or the one that is written.
    package init(from reader: inout DatagramReader, format: UInt16) throws(DatagramError) {
        let name = format == 1 ? "" : try reader.readName()
        self.init(
            name: name, login: try reader.read(), tick: try reader.readCounter("a tick"),
            requests: try reader.readCounter("requests"))
        let offset = reader.offset
        notices = try reader.readCounter("notices")
        noticeTail = try reader.readArray(of: "notices", upTo: Self.noticeLimit, atLeast: 2) {
            (reader) throws(DatagramError) in try reader.readBlob()
        }
        guard UInt64(noticeTail.count) <= notices else {
            throw .invalidValue(
                expected: "at most \(notices) notices", found: "\(noticeTail.count)", offset: offset
            )
        }
        commands = try reader.readArray(of: "commands", upTo: Self.commandLimit, atLeast: 2) {
            (reader) throws(DatagramError) in try reader.readBlob()
        }
        deals = try reader.readArray(of: "deals", upTo: Self.operationLimit, atLeast: 19) {
            (reader) throws(DatagramError) in
            let operation: OperationID = try reader.read()
            guard format > 1 else { return OpenDeal(operation) }
            return OpenDeal(
                operation, note: try reader.readBlob(of: "a note", upTo: OpenDeal.noteLimit))
        }
        outboxSeen = try reader.readCounter("events seen")
        stateVersion = try reader.read()
        state = try reader.readBlob(length: .uint32)
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(name: name)
        login.encode(into: &datagram)
        datagram.append(tick)
        datagram.append(requests)
        datagram.append(notices)
        try datagram.append(array: noticeTail, of: "notices", upTo: Self.noticeLimit) {
            (datagram, notice) throws(DatagramError) in try datagram.append(blob: notice)
        }
        try datagram.append(array: commands, of: "commands", upTo: Self.commandLimit) {
            (datagram, command) throws(DatagramError) in try datagram.append(blob: command)
        }
        try datagram.append(array: deals, of: "deals", upTo: Self.operationLimit) {
            (datagram, deal) throws(DatagramError) in
            try datagram.append(deal.operation)
            try datagram.append(blob: deal.note, of: "a note", upTo: OpenDeal.noteLimit)
        }
        datagram.append(outboxSeen)
        datagram.append(stateVersion)
        try datagram.append(blob: state, length: .uint32)
    }
}

extension DatagramReader {
    /// Reads an account's name: at most 32 bytes of ASCII behind their u8 count.
    mutating func readName() throws(DatagramError) -> String {
        let start = offset
        let name = try readAddress()
        guard name.utf8.count <= SealedPlayer.nameLimit else {
            throw .limitExceeded(what: "a name", limit: SealedPlayer.nameLimit, offset: start)
        }
        return name
    }
}

extension Datagram {
    /// Appends an account's name behind its u8 count.
    mutating func append(name: String) throws(DatagramError) {
        guard name.utf8.count <= SealedPlayer.nameLimit else {
            throw .tooLong(
                what: "a name", count: name.utf8.count, maximum: SealedPlayer.nameLimit)
        }
        try append(address: name)
    }
}
