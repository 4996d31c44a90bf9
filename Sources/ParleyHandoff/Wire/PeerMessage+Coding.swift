package import ParleyDatagrams

extension PeerMessage {
    /// Its kind; nil for what only a world server asks the store, which does not travel.
    package var kind: PeerMessageKind? {
        switch self {
        case .hello: .hello
        case .terms: .terms
        case .ask(let request): request.kind
        case .answer(.zone): .zoneAnswer
        case .answer(.character): .characterAnswer
        case .answer: nil
        case .prepare: .prepare
        case .prepared: .prepared
        case .warm: .warm
        case .cancel: .cancel
        case .take: .take
        case .taken: .taken
        case .end: .end
        case .died: .died
        case .deal: .deal
        case .dealt: .dealt
        case .read: .read
        case .sheet: .sheet
        case .zones: .zones
        case .operate: .operate
        case .operated: .operated
        case .empty: .empty
        case .guide: .guide
        case .listening: .listening
        case .session: .session
        case .placed: .placed
        case .said: .said
        case .seek: .seek
        case .found: .found
        case .whisper: .whisper
        }
    }

    /// Reads a message, after its sender, its receiver and its length were compared with the table.
    ///
    /// - Parameters:
    ///   - datagram: All bytes of the message.
    ///   - sender: The role in the sender's certificate.
    ///   - receiver: The own role.
    /// - Throws: ``DatagramError``. The link is closed then.
    package init(
        decoding datagram: Datagram, from sender: PeerRole, to receiver: PeerRole
    ) throws(DatagramError) {
        var reader = datagram.reader
        let kind: PeerMessageKind = try reader.readCase("a kind of message between servers")
        let row = PeerMessageTable.row(kind)
        guard row.senders.contains(sender), row.receivers.contains(receiver) else {
            throw .invalidValue(
                expected: "what a \(sender) may send to a \(receiver)", found: "\(kind)", offset: 0)
        }
        guard datagram.count <= row.byteLimit else {
            throw .limitExceeded(what: "\(kind)", limit: row.byteLimit, offset: 0)
        }
        self = try Self.read(kind, from: &reader)
        try reader.expectEnd()
    }

    /// The message's bytes, for a link that it may be sent on.
    ///
    /// - Throws: ``DatagramError`` if the sender's role may not send it to the receiver's, and as ``encoded()``.
    package func encoded(
        from sender: PeerRole, to receiver: PeerRole
    ) throws(DatagramError) -> Datagram {
        if let row = kind.map(PeerMessageTable.row) {
            guard row.senders.contains(sender), row.receivers.contains(receiver) else {
                throw .notRepresentable(
                    value: "\(row.kind)", type: "what a \(sender) may send to a \(receiver)")
            }
        }
        return try encoded()
    }

    private static func read(
        _ kind: PeerMessageKind, from reader: inout DatagramReader
    ) throws(DatagramError) -> PeerMessage {
        switch kind {
        case .hello: .hello(try reader.read())
        case .terms: .terms(try reader.read())
        case .zoneAnswer: .answer(.zone(try reader.read()))
        case .characterAnswer: .answer(.character(try reader.read()))
        case .prepare: .prepare(try reader.read())
        case .prepared: .prepared(try reader.read())
        case .warm: .warm(try reader.read())
        case .cancel: .cancel(try reader.read())
        case .take: .take(try reader.read())
        case .taken: .taken(try reader.read(), try reader.read())
        case .end: .end(try reader.read())
        case .died: .died(try reader.read())
        case .deal: .deal(try reader.read())
        case .dealt: .dealt(try reader.read())
        case .read: .read(try reader.read())
        case .sheet: .sheet(try reader.read())
        case .zones: .zones(try reader.readZones())
        case .operate: .operate(try reader.readBlob())
        case .operated: .operated(try reader.readBlob())
        case .empty: .empty(try reader.read())
        case .guide: .guide(try reader.read(), try reader.read(), to: try reader.read())
        case .listening: .listening(try reader.read(), address: try reader.readAddress())
        case .session: .session(try reader.read(), try reader.read())
        case .placed: .placed(try reader.read(), try reader.read())
        case .said: .said(try reader.read())
        case .seek: .seek(try reader.read(), name: try reader.readName())
        case .found: .found(try reader.read())
        case .whisper: .whisper(try reader.read())
        case .register, .beat, .drain, .commit, .stay, .leave, .fail, .fence, .checkpoint, .perform:
            .ask(try OwnershipRequest(kind, from: &reader))
        }
    }

    /// The message's bytes.
    ///
    /// - Throws: ``DatagramError`` if it is longer than its row of the table allows, or does not travel.
    package func encoded() throws(DatagramError) -> Datagram {
        guard let kind else {
            throw .notRepresentable(value: "\(self)", type: "a message between servers")
        }
        var datagram = Datagram()
        datagram.append(kind.rawValue)
        switch self {
        case .hello(let hello): try datagram.append(hello)
        case .terms(let terms): try datagram.append(terms)
        case .ask(let request): try request.encodeFields(into: &datagram)
        case .answer(.zone(let answer)): try datagram.append(answer)
        case .answer(.character(let answer)): try datagram.append(answer)
        case .answer: break
        case .prepare(let request): try datagram.append(request)
        case .prepared(let answer): try datagram.append(answer)
        case .warm(let id), .cancel(let id): try datagram.append(id)
        case .take(let granted): try datagram.append(granted)
        case .taken(let character, let owner):
            try datagram.append(character)
            owner.encode(into: &datagram)
        case .end(let ended): try datagram.append(ended)
        case .operate(let sealed), .operated(let sealed): try datagram.append(blob: sealed)
        case .died(let process), .empty(let process): process.encode(into: &datagram)
        case .guide(let character, let owner, let zone):
            try datagram.append(character)
            owner.encode(into: &datagram)
            zone.encode(into: &datagram)
        case .deal(let request): try datagram.append(request)
        case .dealt(let answer): try datagram.append(answer)
        case .read(let request): try datagram.append(request)
        case .sheet(let answer): try datagram.append(answer)
        case .zones(let zones): try datagram.append(zones: zones)
        case .listening(let process, let address):
            process.encode(into: &datagram)
            try datagram.append(address: address)
        case .session, .placed, .said, .seek, .found, .whisper:
            try encodeForWorld(into: &datagram)
        }
        let limit = PeerMessageTable.row(kind).byteLimit
        guard datagram.count <= limit else {
            throw .tooLong(what: "\(kind)", count: datagram.count, maximum: limit)
        }
        return datagram
    }

    /// The fields of what world servers tell each other.
    private func encodeForWorld(into datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .session(let character, let login):
            try datagram.append(character)
            login.encode(into: &datagram)
        case .placed(let character, let owner):
            try datagram.append(character)
            owner.encode(into: &datagram)
        case .said(let message): try datagram.append(message)
        case .seek(let number, let name):
            datagram.append(number)
            try datagram.append(name: name)
        case .found(let number): datagram.append(number)
        case .whisper(let message): try datagram.append(message)
        default: break
        }
    }
}
