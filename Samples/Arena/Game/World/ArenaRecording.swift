package import Parley

/// What an arena is made of beside its seed: goes into a recording's header, and comes out of it.
package struct ArenaMaking: Hashable, Sendable {
    /// How many NPCs live in it.
    package var npcs: Int

    package init(npcs: Int) {
        self.npcs = npcs
    }
}

extension ArenaMaking: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        npcs = Int(try reader.read(UInt8.self))
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(UInt8(clamping: npcs))
    }

    /// What it was when a recording was made.
    package init(of header: RecordingHeader) throws(DatagramError) {
        var reader = header.payload.reader
        try self.init(from: &reader)
        try reader.expectEnd()
    }
}

extension Recording {
    /// A recording of an arena.
    package init(to path: String, seed: UInt64, making: ArenaMaking) {
        var payload = Datagram()
        making.encode(into: &payload)
        self.init(to: path, seed: seed, payload: payload)
    }
}

extension ArenaWorld {
    /// The world as it was when a recording of it began.
    package init(replaying header: RecordingHeader) throws {
        self.init(npcs: try ArenaMaking(of: header).npcs, seed: header.seed)
    }
}
