import ParleyDatagrams
import ParleySockets
import TestSupport

extension FuzzTarget {
    /// A stream that is cut into frames. The input has the framing, the limit, the sizes of the pieces,
    /// and the stream.
    static let frames = FuzzTarget("frames", share: 20, corpus: streams) { input in
        var choices = Choices(input)
        let framing = choices.pick(framings)
        let limit = choices.pick([1 << 20, 0, 1, 27, 300, 65_535, 1 << 30, .max])
        var sizes = SeededGenerator(seed: UInt64(choices.byte()))
        let stream = choices.data
        let expected = Cut(stream, framing, limit: limit)
        for longest in [stream.count, 1, 7, 100] {
            let found = try Cut(arriving: stream, framing, limit: limit) {
                Int.random(in: 0...max(longest, 1), using: &sizes)
            }
            // Without frames only the bytes must be the same.
            if framing == .raw {
                try expect(
                    found.frames.flatMap(\.bytes) == stream && found.failure == nil,
                    "raw bytes did not come as they were")
            } else {
                try expect(found == expected, "\(found) instead of \(expected)")
            }
        }
        try expected.expectSameBytes(as: stream, framing)
    }

    /// A packet with a header, and the packet of the same bytes.
    static let packets = FuzzTarget("packets", corpus: packetCorpus) { input in
        let packet = Datagram(embedded: input)
        let sum = input.reduce(0 as UInt16) { $0 &+ UInt16($1) }
        try expect(DatagramFraming.checksum(of: packet) == sum, "the checksum is not the sum")
        try expect(DatagramFraming.checksum(of: input.span) == sum, "the checksum is not the sum")
        for framing in DatagramFraming.allCases {
            let opened = try decoded { () throws(DatagramFraming.Rejection) in
                try framing.open(packet)
            }
            if let opened {
                try expect(framing.seal(opened) == packet, "\(framing): sealed to other bytes")
            }
            try expect(
                try framing.open(framing.seal(packet)) == packet,
                "\(framing): what was sealed does not open")
        }
    }

    private static let framings: [StreamFraming] = [
        .lengthPrefixed(.uint16), .lengthPrefixed(.uint32), .raw,
    ]

    private static let streams: [[UInt8]] = framings.indices.flatMap { index -> [[UInt8]] in
        var long = Datagram()
        let streams = GoldenVector.all.compactMap { vector -> [UInt8]? in
            try? framings[index].appendFrame(of: vector.datagram, to: &long)
            return vector.frame.map { _ in [UInt8(index), 0, 1] + vector.bytes }
        }
        return streams + [
            [UInt8(index), 0, 5] + long.bytes.prefix(2_000), [UInt8(index), 3, 2, 0, 0],
        ]
    }

    private static let packetCorpus: [[UInt8]] = GoldenVector.all.flatMap { vector in
        [vector.bytes, DatagramFraming.checksummed.seal(vector.datagram).bytes]
    }
}

/// The result of cutting a stream.
private struct Cut: Equatable {
    var frames: [Datagram] = []
    var failure: FramingError?
    /// The bytes of the unfinished frame.
    var left = 0

    /// Cuts a stream in the simplest way.
    init(_ stream: [UInt8], _ framing: StreamFraming, limit: Int) {
        let limit = min(limit, framing.maximumPayload)
        var rest = stream[...]
        while framing.headerSize > 0, rest.count >= framing.headerSize {
            let count = rest.prefix(framing.headerSize).reversed().reduce(0) { $0 << 8 | Int($1) }
            guard count <= limit else {
                failure = .frameTooLong(announced: count, limit: limit)
                return
            }
            guard rest.count - framing.headerSize >= count else { break }
            rest = rest.dropFirst(framing.headerSize)
            frames.append(Datagram(bytes: rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        left = rest.count
    }

    /// Cuts a stream by a decoder that receives it in pieces.
    init(
        arriving stream: [UInt8], _ framing: StreamFraming, limit: Int, size: () -> Int
    ) throws {
        var decoder = FrameDecoder(framing: framing, maximumFrameLength: limit)
        var rest = stream[...]
        while !rest.isEmpty, failure == nil {
            let piece = Array(rest.prefix(max(size(), 0)))
            rest = rest.dropFirst(piece.count)
            _ = try decoded { () throws(FramingError) in
                try decoder.receive(piece.span) { frames.append($0) }
            }
            failure = decoder.failure
            let most = framing.headerSize + min(limit, framing.maximumPayload)
            try expect(
                decoder.bufferedCount <= max(most, 0) || framing == .raw,
                "\(decoder.bufferedCount) bytes are kept")
        }
        left = decoder.bufferedCount
        try expect(decoder.isMidFrame == (left > 0), "mid frame with \(left) bytes")
    }

    /// Checks that the frames make the same stream again.
    func expectSameBytes(as stream: [UInt8], _ framing: StreamFraming) throws {
        guard framing != .raw else { return }
        var again = Datagram()
        for frame in frames { try framing.appendFrame(of: frame, to: &again) }
        try expect(stream.starts(with: again.bytes), "the frames are not those of the stream")
        try expect(
            failure != nil || again.count + left == stream.count,
            "\(stream.count - again.count) bytes are left, not \(left)")
    }
}
