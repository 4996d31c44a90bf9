/// Cuts a stream of bytes into datagrams.
///
/// The bytes may come in pieces of any length. Each piece is copied once into a block, and the
/// datagrams are slices of the block. Memory grows with the bytes that arrive and not with the
/// length that a frame announces. A length over the limit is an error before memory is taken for
/// it. The block is used again as soon as no datagram refers to it, so a steady stream allocates
/// nothing.
public struct FrameDecoder: Sendable {
    /// How the stream is framed.
    public let framing: StreamFraming
    /// The length of the longest datagram that is accepted, in bytes without the header.
    public let maximumFrameLength: Int
    /// The error that ended the stream, which every later call throws again.
    ///
    /// After a wrong length the next frame cannot be found.
    public private(set) var failure: FramingError?

    private var block: ByteBlock?
    /// The offset in the block of the unfinished frame, which begins with its header.
    private var start = 0
    private var count = 0

    /// The size of the largest block that is kept for the next frame.
    private static let largestKeptBlock = 256 * 1024

    /// Creates a decoder at the start of a stream.
    ///
    /// - Parameters:
    ///   - framing: How the stream is framed.
    ///   - maximumFrameLength: The length of the longest datagram to accept, in bytes without the
    ///     header. The decoder lowers it to what the header can announce.
    public init(framing: StreamFraming, maximumFrameLength: Int = 1 << 20) {
        self.framing = framing
        self.maximumFrameLength = min(max(maximumFrameLength, 0), framing.maximumPayload)
    }

    /// The number of bytes of the unfinished frame, with its header.
    public var bufferedCount: Int { count }

    /// Whether a frame has begun and not ended. A stream that ends now was cut off.
    public var isMidFrame: Bool { count > 0 }

    /// The length that the unfinished frame announces, in bytes without the header, or nil while the
    /// header is incomplete.
    public var expectedCount: Int? {
        guard let block, framing != .raw, count >= framing.headerSize else { return nil }
        return announcedCount(in: block, at: start)
    }

    /// Takes the next bytes of the stream.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to copy, of any number.
    ///   - deliver: Receives each complete datagram, in order. In raw mode all bytes of the call are
    ///     one datagram.
    /// - Throws: ``FramingError/frameTooLong(announced:limit:)``, after the delivery of the datagrams
    ///   before the bad frame.
    public mutating func receive(
        _ bytes: borrowing Span<UInt8>, into deliver: (Datagram) -> Void
    ) throws(FramingError) {
        try unsafe bytes.withUnsafeBytes { (bytes) throws(FramingError) in
            try unsafe receive(bytes, into: deliver)
        }
    }

    /// Takes the next bytes of the stream from raw memory.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to copy, of any number.
    ///   - deliver: Receives each complete datagram, in order.
    /// - Throws: ``FramingError/frameTooLong(announced:limit:)``, after the delivery of the datagrams
    ///   before the bad frame.
    public mutating func receive(
        _ bytes: UnsafeRawBufferPointer, into deliver: (Datagram) -> Void
    ) throws(FramingError) {
        if let failure { throw failure }
        guard unsafe !bytes.isEmpty else { return }
        unsafe keep(bytes)
        defer { letGoOfLargeBlock() }
        guard let block else { return }
        guard framing != .raw else {
            let datagram = Datagram(block: block, offset: start, count: count)
            count = 0
            return deliver(datagram)
        }
        try cutFrames(from: block, into: deliver)
    }

    private mutating func cutFrames(
        from block: ByteBlock, into deliver: (Datagram) -> Void
    ) throws(FramingError) {
        let headerSize = framing.headerSize
        while count >= headerSize {
            let announced = announcedCount(in: block, at: start)
            guard announced <= maximumFrameLength else { throw fail(announced: announced) }
            guard count - headerSize >= announced else { return }
            let datagram = Datagram(block: block, offset: start + headerSize, count: announced)
            start += headerSize + announced
            count -= headerSize + announced
            deliver(datagram)
        }
    }

    private mutating func fail(announced: Int) -> FramingError {
        let error = FramingError.frameTooLong(announced: announced, limit: maximumFrameLength)
        failure = error
        block = nil
        count = 0
        return error
    }

    private func announcedCount(in block: ByteBlock, at offset: Int) -> Int {
        if framing.headerSize == 2 {
            let count = unsafe block.start.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
            return Int(UInt16(littleEndian: count))
        }
        let count = unsafe block.start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return Int(UInt32(littleEndian: count))
    }
}

extension FrameDecoder {
    /// Puts the bytes behind those of the unfinished frame.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        reserveSpace(for: bytes.count)
        guard let block, let source = bytes.baseAddress else { return }
        unsafe (block.start + start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Makes sure that the block is ours alone and has room behind the unfinished frame, which is
    /// moved to the front when it was not there.
    private mutating func reserveSpace(for additional: Int) {
        let needed = count + additional
        if block.isUnique(), let block, block.capacity >= needed, !isWasteful(block, needed) {
            if start > 0, count > 0 {
                unsafe block.start.copyMemory(from: block.start + start, byteCount: count)
            }
            start = 0
            return
        }
        // Doubling makes the copies of a frame that comes in many pieces cost no more than twice
        // its length; the limit keeps the doubling from overshooting.
        let doubled = min(count * 2, framing.headerSize + maximumFrameLength)
        let fresh = ByteBlock(minimumCapacity: max(needed, doubled, 512))
        if let block, count > 0 {
            unsafe fresh.start.copyMemory(from: block.start + start, byteCount: count)
        }
        block = fresh
        start = 0
    }

    /// Whether a long frame left a block behind that the frames after it do not need.
    private func isWasteful(_ block: ByteBlock, _ needed: Int) -> Bool {
        block.capacity > Self.largestKeptBlock && needed < block.capacity / 4
            && start > 0
    }

    private mutating func letGoOfLargeBlock() {
        if count == 0, let block, block.capacity > Self.largestKeptBlock { self.block = nil }
    }
}

// MARK: - Memory between frames

extension FrameDecoder {
    /// Whether the decoder has no memory, so that it would allocate for the next bytes.
    package var hasNoMemory: Bool { block == nil }

    /// Uses the memory of an empty datagram for the next bytes, if the decoder has none.
    package mutating func adopt(_ memory: consuming Datagram) {
        if block == nil { block = memory.block }
    }

    /// Releases the memory of more than `capacity` bytes that a decoder between two frames has, for
    /// another decoder to adopt. Datagrams may still refer to it.
    package mutating func releaseMemory(over capacity: Int) -> Datagram? {
        guard count == 0, let block, block.capacity > capacity else { return nil }
        self.block = nil
        // A slice of no bytes would refer to no block.
        var memory = Datagram()
        memory.block = block
        return memory
    }
}

// MARK: - Streams of another protocol

extension FrameDecoder {
    /// Whether the unfinished frame begins like a ClientHello of TLS (RFC 8446, 4 and 5.1): a frame of
    /// 790 bytes, if it were one.
    package var beginsLikeTLS: Bool {
        guard count >= 7, let block else { return false }
        let bytes = unsafe UnsafeRawBufferPointer(start: block.start + start, count: 7)
        // A record of a handshake, version 3.x, at most 16 KiB; in it the message number 1, of less than
        // 64 KiB.
        return unsafe bytes[0] == 22 && bytes[1] == 3 && bytes[2] <= 3 && bytes[3] <= 0x40
            && bytes[5] == 1 && bytes[6] == 0
    }

    /// Removes the bytes of the unfinished frame, with its header.
    package mutating func takeUnfinished() -> Datagram? {
        guard let block, count > 0 else { return nil }
        defer { count = 0 }
        return Datagram(block: block, offset: start, count: count)
    }
}
