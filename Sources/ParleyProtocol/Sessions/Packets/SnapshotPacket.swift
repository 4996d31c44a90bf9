package import ParleyDatagrams

/// One packet of a world snapshot for a predicting client: the report on its commands, the body
/// that it moves, and the changes around it.
///
/// The client's own body is whole in the first packet of every snapshot, so prediction waits for no
/// packet that may be lost. The other entities travel in a packet of ``ReplicationServer``, which a
/// ``SnapshotReceiver`` reads.
package struct SnapshotPacket: Sendable {
    /// The record of the client's own body.
    package enum Body: Hashable, Sendable {
        /// None here: an earlier packet of this tick has it.
        case omitted
        /// The player moves no body.
        case none
        /// Its quantised state after the tick.
        case state(EntityHandle, [UInt32])
    }

    fileprivate enum BodyKind {
        static let omitted: UInt8 = 0
        static let none: UInt8 = 1
        static let state: UInt8 = 2
        /// A hash of the world stands between the kind and the body.
        static let hashFlag: UInt8 = 0x80
    }

    /// The tick after which the snapshot was taken.
    package var tick: Tick
    /// The report on the client's commands.
    package var report: CommandReport
    /// The client's own body.
    package var body: Body
    /// The hash of all that a client has after this packet if it missed none; nil when no check is
    /// requested, or other packets are in flight.
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

    /// The most bytes beside the snapshot: kind, length, tick, report, kind of body, hash, handle,
    /// body.
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
        case BodyKind.omitted: body = .omitted
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
        var handle: EntityHandle?
        var delta = BitWriter()
        if case .state(let body, let words) = self.body {
            handle = body
            layout.coder.write(words.span, since: layout.origin.span, to: &delta)
        }
        let bits = delta.bitCount
        Self.appendHead(
            to: &datagram, tick: tick, report: report, kind: body.kind, worldHash: worldHash,
            body: handle.map { ($0, bits) })
        datagram.append(contentsOf: delta.finish())
        datagram.append(contentsOf: snapshot)
    }

    /// Appends what precedes the delta of the body: the length of all up to the snapshot, tick, report,
    /// kind of body, hash, and the body's handle.
    ///
    /// - Parameter body: Whose delta of how many bits follows; nil if none does.
    private static func appendHead(
        to datagram: inout Datagram, tick: Tick, report: CommandReport, kind: UInt8,
        worldHash: UInt64?, body: (handle: EntityHandle, bits: Int)?
    ) {
        let bodyBytes = body.map { 4 + ($0.bits + 7) / 8 } ?? 0
        let length = 4 + report.byteCount + 1 + (worldHash == nil ? 0 : 8) + bodyBytes
        datagram.append(UInt8(clamping: length))
        datagram.append(tick.number)
        // A report has no text, the only thing whose encoding can fail.
        try? datagram.append(report)
        datagram.append(kind | (worldHash == nil ? 0 : BodyKind.hashFlag))
        if let worldHash { datagram.append(worldHash) }
        if let body { datagram.append(body.handle.rawValue) }
    }

    /// Appends the packet without its snapshot, which the caller writes behind it.
    ///
    /// - Parameters:
    ///   - datagram: Gets everything that precedes the snapshot.
    ///   - body: The client's own body, whose state `server` has.
    package static func appendHead(
        to datagram: inout Datagram, tick: Tick, report: CommandReport, body: EntityHandle?,
        from server: inout ReplicationServer
    ) {
        let state = body.flatMap { body in server.wholeStateBits(of: body).map { (body, $0) } }
        appendHead(
            to: &datagram, tick: tick, report: report,
            kind: state == nil ? BodyKind.none : BodyKind.state, worldHash: nil, body: state)
        guard let state else { return }
        var writer = BitWriter(appendingTo: datagram)
        datagram = Datagram()
        server.writeWholeState(of: state.0, to: &writer)
        datagram = writer.finish()
    }

    /// Appends a packet without its snapshot that says nothing of the body.
    package static func appendLaterHead(
        to datagram: inout Datagram, tick: Tick, report: CommandReport
    ) {
        appendHead(
            to: &datagram, tick: tick, report: report, kind: BodyKind.omitted, worldHash: nil,
            body: nil)
    }
}

extension SnapshotPacket.Body {
    fileprivate var kind: UInt8 {
        switch self {
        case .omitted: SnapshotPacket.BodyKind.omitted
        case .none: SnapshotPacket.BodyKind.none
        case .state: SnapshotPacket.BodyKind.state
        }
    }
}
