internal import ParleyDatagrams
internal import ParleySockets

/// One direction of a TCP connection's link, and the bytes that are under way on it.
struct StreamLine: ~Copyable {
    /// The pieces of a stream, in the order of sending.
    enum Piece {
        case bytes(Datagram)
        /// The sender has ended this direction.
        case end
        /// The sender has broken off.
        case failure(SystemError)
    }

    private var link: Link
    private var random: SeededGenerator
    private var pieces = DeadlineQueue<Piece>()
    /// Bytes that were sent and that the receiver has not taken.
    private var untaken = 0
    /// When the last piece arrives.
    private(set) var lastArrival: NetworkInstant?
    /// How many bytes travel together: what the link carries in a millisecond, in whole segments.
    private let pieceSize: Int

    /// Bytes that may be sent and not taken: TCP's window.
    private static let window = 1 << 20

    init(_ profile: LinkProfile, random: SeededGenerator) {
        link = Link(profile)
        self.random = random
        let millisecond = (profile.bandwidth ?? .max) / 1000
        pieceSize = min(max(millisecond, Link.segmentSize), 65_536)
    }

    var isEmpty: Bool { pieces.count == 0 }

    // MARK: Sending

    /// How many of `wanted` bytes may be sent now: none rather than a few, so that a link which gets
    /// free byte by byte isn't sent bytes one by one.
    func room(for wanted: Int, at now: NetworkInstant) -> Int {
        let isIdle = link.idle(at: now) == now
        let queue = isIdle ? max(link.room(at: now), Link.segmentSize) : link.room(at: now)
        let room = min(wanted, queue, Self.window - untaken)
        return room >= min(wanted, Link.segmentSize) ? room : 0
    }

    /// When to ask for room again; `nil` when that depends on the receiver.
    func nextSpace(at now: NetworkInstant) -> NetworkInstant? {
        guard Self.window - untaken >= Link.segmentSize else { return nil }
        return link.sendTime(for: Link.segmentSize, at: now)
    }

    mutating func send(_ bytes: Span<UInt8>, at now: NetworkInstant) {
        var start = 0
        while start < bytes.count {
            let end = min(start + pieceSize, bytes.count)
            let piece = Datagram(copying: bytes.extracting(start..<end))
            put(.bytes(piece), byteCount: end - start, at: now)
            start = end
        }
        untaken += bytes.count
    }

    mutating func sendEnd(at now: NetworkInstant) {
        put(.end, byteCount: 0, at: now)
    }

    mutating func sendFailure(_ error: SystemError, at now: NetworkInstant) {
        put(.failure(error), byteCount: 0, at: now)
    }

    /// When a segment without bytes that is sent now arrives, as those that open a connection do.
    mutating func arrivalOfHandshake(sentAt now: NetworkInstant) -> NetworkInstant {
        let arrival = link.carryStream(0, at: now, after: lastArrival, using: &random)
        lastArrival = arrival
        return arrival
    }

    private mutating func put(_ piece: Piece, byteCount: Int, at now: NetworkInstant) {
        let arrival = link.carryStream(byteCount, at: now, after: lastArrival, using: &random)
        lastArrival = arrival
        pieces.schedule(at: arrival, piece)
    }

    // MARK: Arriving

    /// When the next piece arrives.
    mutating func nextArrival() -> NetworkInstant? {
        pieces.nextDeadline()
    }

    /// Takes the next piece that has arrived; its bytes count until they are taken.
    mutating func popArrived(at now: NetworkInstant) -> Piece? {
        pieces.popDue(at: now)
    }

    /// Records that the receiver has taken that many bytes.
    mutating func took(_ byteCount: Int) {
        untaken -= byteCount
    }
}
