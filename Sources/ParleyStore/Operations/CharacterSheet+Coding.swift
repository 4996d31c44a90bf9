package import ParleyDatagrams
internal import ParleyHandoff

/// A sheet as a world server sends it to a zone: the name, balances, items and events, each behind its count.
extension CharacterSheet {
    /// The bytes of the sheet. What is beyond the limits is left out.
    package func encoded() throws(DatagramError) -> Datagram {
        var datagram = Datagram()
        try datagram.append(name?.text ?? "")
        let balances = possessions.balances.prefix(Self.currencyLimit)
        datagram.append(UInt16(balances.count))
        for balance in balances {
            datagram.append(balance.currency.rawValue)
            datagram.append(balance.amount)
        }
        let items = possessions.items.prefix(Self.itemLimit)
        datagram.append(UInt16(items.count))
        for item in items {
            datagram.append(item.id.rawValue)
            datagram.append(item.kind)
        }
        let events = events.prefix(Self.eventLimit)
        datagram.append(UInt8(events.count))
        for event in events {
            datagram.append(event.number)
            try datagram.append(event.operation)
            try datagram.append(blob: try event.result.encoded())
            try datagram.append(blob: Datagram(bytes: event.note))
        }
        return datagram
    }

    /// Reads a sheet of a holder.
    package init(decoding datagram: Datagram, of holder: Holder) throws(DatagramError) {
        var reader = datagram.reader
        name = try reader.readName()
        possessions = Possessions(items: [], balances: [])
        for _ in 0..<(try reader.readCount(of: "currencies", upTo: Self.currencyLimit)) {
            let currency = Currency(rawValue: try reader.read())
            possessions.balances.append(
                Balance(holder: holder, currency: currency, amount: try reader.read()))
        }
        for _ in 0..<(try reader.readCount(of: "items", upTo: Self.itemLimit)) {
            let id = ItemID(rawValue: try reader.read())
            possessions.items.append(Item(id: id, kind: try reader.read(), holder: holder))
        }
        events = []
        let offset = reader.offset
        let count = Int(try reader.read(UInt8.self))
        guard count <= Self.eventLimit else {
            throw .limitExceeded(what: "events", limit: Self.eventLimit, offset: offset)
        }
        for _ in 0..<count { events.append(try reader.readEvent()) }
        try reader.expectEnd()
    }
}

extension DatagramReader {
    fileprivate mutating func readName() throws(DatagramError) -> AccountName? {
        let offset = offset
        let text = try readString()
        guard !text.isEmpty else { return nil }
        guard let name = AccountName(text), name.text == text else {
            throw .invalidValue(expected: "an account's name", found: text, offset: offset)
        }
        return name
    }

    fileprivate mutating func readCount(of what: String, upTo limit: Int) throws(DatagramError)
        -> Int
    {
        let offset = offset
        let count = Int(try read(UInt16.self))
        guard count <= limit else { throw .limitExceeded(what: what, limit: limit, offset: offset) }
        return count
    }

    fileprivate mutating func readEvent() throws(DatagramError) -> OutboxEvent {
        let number = try readCounter("an event")
        let operation = try readString()
        let offset = offset
        guard let result = DealResult(decoding: try readBlob()) else {
            throw .invalidValue(
                expected: "the result of a deal", found: "other bytes", offset: offset)
        }
        return OutboxEvent(
            number: number, operation: operation, result: result, note: try readBlob().bytes)
    }
}
