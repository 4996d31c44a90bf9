package import Parley

/// The parameters of an arena besides its seed. A recording's header holds them.
package struct ArenaMaking: Hashable, Sendable {
    /// The number of NPCs.
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

    /// The parameters of a recorded arena.
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
    /// The world at the beginning of a recording.
    package init(replaying header: RecordingHeader) throws {
        self.init(npcs: try ArenaMaking(of: header).npcs, seed: header.seed)
    }
}
