import ParleyDatagrams
import ParleyHandoff
import ParleyStore

extension Currency {
    static let coins = Currency(rawValue: 1)
    static let medals = Currency(rawValue: 2)
}

/// The deal of one request, and what became of it.
struct DealMark: Hashable, Sendable, DatagramCodable {
    enum Result: UInt8 { case open, applied, declined, void, refused }

    var character: UInt32
    /// Which of its requests it was.
    var request: UInt32
    var result = Result.open
    /// Whether the deal was a reward.
    var isEarned = false

    /// The numbers of medals' deals are above this.
    static let medals: UInt32 = 1 << 24

    /// The deal that follows: a medal.
    var medal: DealMark {
        var mark = self
        mark.request |= Self.medals
        mark.isEarned = false
        return mark
    }

    init(_ character: CharacterID, _ request: UInt32) {
        self.character = UInt32(truncatingIfNeeded: character.rawValue)
        self.request = request
    }

    init(from reader: inout DatagramReader) throws(DatagramError) {
        (character, request) = (try reader.read(), try reader.read())
        result = Result(rawValue: try reader.read()) ?? .open
        isEarned = try reader.read(UInt8.self) == 1
    }

    func encode(into datagram: inout Datagram) {
        datagram.append(character)
        datagram.append(request)
        datagram.append(result.rawValue)
        datagram.append(isEarned ? 1 as UInt8 : 0)
    }

    var bytes: Datagram {
        var bytes = Datagram()
        encode(into: &bytes)
        return bytes
    }
}
