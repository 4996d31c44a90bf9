package import ParleyDatagrams

extension DealRequest.Party: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(try reader.read(), try reader.read())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(character)
        epoch.encode(into: &datagram)
    }
}

extension SheetRequest: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            try reader.read(), try reader.readOptional(), mark: try reader.read(),
            seen: try reader.readCounter("events seen"))
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        process.encode(into: &datagram)
        try datagram.append(optional: party)
        datagram.append(mark)
        datagram.append(seen)
    }
}

extension SheetAnswer: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        (party, mark) = (try reader.readOptional(), try reader.read())
        let offset = reader.offset
        sheet = try reader.readBlob(length: .uint32)
        guard sheet.count <= Self.sheetLimit else {
            throw .limitExceeded(what: "a sheet", limit: Self.sheetLimit, offset: offset)
        }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        guard sheet.count <= Self.sheetLimit else {
            throw .tooLong(what: "a sheet", count: sheet.count, maximum: Self.sheetLimit)
        }
        try datagram.append(optional: party)
        datagram.append(mark)
        try datagram.append(blob: sheet, length: .uint32)
    }
}
