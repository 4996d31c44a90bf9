package import ParleyDatagrams
package import ParleyProtocol

/// One packet of what a predicting client is shown: how its commands did, the body that it moves,
/// and what changed around it.
///
/// The own body is whole in the first packet of every show, so prediction waits for nothing that may
/// be lost; what is around it goes as ``ReplicationServer`` and ``SnapshotReceiver`` have it.
package struct SnapshotPacket: Sendable {
    /// What is said of the client's own body.
    package enum Body: Hashable, Sendable {
        /// Nothing: an earlier packet of this tick says it.
        case unsaid
        /// There is none.
        case none
        /// Its quantised state after the tick.
        case state(EntityHandle, [UInt32])
    }

    fileprivate enum BodyKind {
        static let unsaid: UInt8 = 0
        static let none: UInt8 = 1
        static let state: UInt8 = 2
        /// A hash of the world stands between the kind and the body.
        static let hashFlag: UInt8 = 0x80
    }

    /// After which tick it is so.
    package var tick: Tick
    /// How the client's commands did.
    package var report: CommandReport
    /// The client's own body.
    package var body: Body
    /// Of everything that a client has after this packet who missed none; nil when that is not asked
    /// for, or more is on its way.
    package var worldHash: UInt64?
    /// A packet of ``ReplicationServer/write(for:budget:)``.
    package var snapshot: Datagram

    package init(
        tick: Tick, report: CommandReport, body: Body, worldHash: UInt64? = nil, snapshot: Datagram
    ) {
        self.worldHash = worldHash
        self.tick = tick
        self.report = report
        self.body = body
        self.snapshot = snapshot
    }

    /// What it takes at the most beside the snapshot: kind, length, tick, report, kind of body,
    /// hash, handle, body.
    package static func maximumOverhead(_ layout: EntityLayout) -> Int {
        1 + 1 + 4 + 15 + 1 + 8 + 4 + (layout.coder.maximumBits + 7) / 8
    }

    /// Reads what ``encode(into:layout:)`` wrote.
    package init(_ datagram: Datagram, layout: EntityLayout) throws(DatagramError) {
        var reader = datagram.reader
        let length = Int(try reader.read(UInt8.self))
        let head = try reader.readBytes(length)
        snapshot = reader.readRemaining()
        var fields = head.reader
        tick = Tick(number: try fields.read())
        report = try fields.read()
        let kind: UInt8 = try fields.read()
        worldHash = kind & BodyKind.hashFlag != 0 ? try fields.read(UInt64.self) : nil
        switch kind & ~BodyKind.hashFlag {
        case BodyKind.unsaid: body = .unsaid
        case BodyKind.none: body = .none
        case BodyKind.state:
            let handle = EntityHandle(rawValue: try fields.read())
            body = .state(handle, try Self.readState(fields.readRemaining(), layout))
        case let kind: throw .unknownKind(kind, expected: "0, 1 or 2 for a body", at: 0)
        }
    }

    private static func readState(
        _ bits: Datagram, _ layout: EntityLayout
    ) throws(DatagramError) -> [UInt32] {
        var words = layout.origin
        var reader = BitReader(bits)
        var span = words.mutableSpan
        try layout.coder.read(from: &reader, into: &span)
        reader.alignToByte()
        try reader.expectEnd()
        return words
    }

    /// Appends it.
    package func encode(into datagram: inout Datagram, layout: EntityLayout) {
        let head = Datagram { head in
            head.append(tick.number)
            // A report has no text, the only thing whose encoding can fail.
            try? head.append(report)
            let flag = worldHash == nil ? 0 : BodyKind.hashFlag
            head.append(body.kind | flag)
            if let worldHash { head.append(worldHash) }
            if case .state(let handle, let words) = body {
                head.append(handle.rawValue)
                var writer = BitWriter(appendingTo: head)
                layout.coder.write(words.span, since: layout.origin.span, to: &writer)
                head = writer.finish()
            }
        }
        datagram.append(UInt8(clamping: head.count))
        datagram.append(contentsOf: head)
        datagram.append(contentsOf: snapshot)
    }
}

extension SnapshotPacket.Body {
    fileprivate var kind: UInt8 {
        switch self {
        case .unsaid: SnapshotPacket.BodyKind.unsaid
        case .none: SnapshotPacket.BodyKind.none
        case .state: SnapshotPacket.BodyKind.state
        }
    }
}
