package import ParleyDatagrams

extension DealRequest: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), try reader.read(),
            parties: try reader.readArray(of: "parties", upTo: Self.partyLimit, atLeast: 20) {
                (reader) throws(DatagramError) in try reader.read()
            },
            includesZone: try reader.readFlag(),
            effects: try reader.readBlob(of: "effects", upTo: Self.effectsLimit),
            note: try reader.readBlob(of: "a note", upTo: Self.noteLimit))
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        process.encode(into: &datagram)
        try operation.encode(into: &datagram)
        try datagram.append(array: parties, of: "parties", upTo: Self.partyLimit) {
            (datagram, party) throws(DatagramError) in
            try datagram.append(party)
        }
        datagram.append(includesZone)
        try datagram.append(blob: effects, of: "effects", upTo: Self.effectsLimit)
        try datagram.append(blob: note, of: "a note", upTo: Self.noteLimit)
    }
}

extension DealAnswer: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let operation: OperationID = try reader.read()
        let isSettled = try reader.readFlag()
        self.init(
            operation,
            isSettled
                ? .settled(try reader.readBlob(of: "a result", upTo: Self.resultLimit))
                : .refused(try reader.readCase("a reason against a deal")))
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try operation.encode(into: &datagram)
        switch verdict {
        case .settled(let result):
            datagram.append(true)
            try datagram.append(blob: result, of: "a result", upTo: Self.resultLimit)
        case .refused(let refusal):
            datagram.append(false)
            datagram.append(refusal.rawValue)
        }
    }
}

extension DatagramReader {
    /// Reads a u16 count of bytes, which is compared with a limit, and the bytes.
    mutating func readBlob(of what: String, upTo limit: Int) throws(DatagramError)
        -> Datagram
    {
        let start = offset
        let blob = try readBlob()
        guard blob.count <= limit else {
            throw .limitExceeded(what: what, limit: limit, offset: start)
        }
        return blob
    }
}

extension Datagram {
    /// Appends a u16 count of bytes and the bytes.
    mutating func append(blob: Datagram, of what: String, upTo limit: Int)
        throws(DatagramError)
    {
        guard blob.count <= limit else {
            throw .tooLong(what: what, count: blob.count, maximum: limit)
        }
        try append(blob: blob)
    }
}
