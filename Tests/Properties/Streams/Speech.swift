import ParleyDatagrams
import ParleySockets

/// The datagrams that one side of a conversation sends. Both sides compute them from its number.
struct Speech: Sendable {
    let seed: UInt64
    let count: Int
    let largest: Int

    init(seed: UInt64, largest: Int) {
        var random = SeededGenerator(seed: seed)
        self.seed = random.next()
        self.largest = largest
        // Mostly short, now and then a lot.
        let most = Int.random(in: 0..<6, using: &random) == 0 ? 200 : 30
        count = Int.random(in: 0...most, using: &random)
    }

    /// The datagram with that number.
    func datagram(_ index: Int) -> Datagram {
        var random = SeededGenerator(seed: seed &+ UInt64(index) &* 0x9E37_79B9)
        let isLarge = Int.random(in: 0..<20, using: &random) == 0
        let size = Int.random(in: 0...(isLarge ? largest : 64), using: &random)
        var datagram = Datagram(minimumCapacity: size + 8)
        while datagram.count < size { datagram.append(random.next()) }
        return datagram
    }
}
