package import Parley

extension ArenaMessages {
    /// The places of all players and NPCs: eleven bytes each, twenty times a second over UDP.
    ///
    /// With 64 players and 8 NPCs it has 798 bytes, so it fits one datagram on every path.
    package struct Snapshot: Hashable, Sendable {
        package var it: EntityID?
        package var avatars: [Avatar]

        package init(it: EntityID?, avatars: [Avatar]) {
            self.it = it
            self.avatars = avatars
        }

        package subscript(id: EntityID) -> Avatar? { avatars.first { $0.id == id } }
    }

    /// Somebody as a snapshot shows them: places in centimetres, speeds in decimetres a second.
    ///
    /// Bots and views read these, whichever kind of snapshot they come from.
    package struct Avatar: Hashable, Sendable {
        package let id: EntityID
        private let x, y: Int16
        private let velocityX, velocityY: Int8
        package let isImmune: Bool
        package let area: Area

        /// The look of a walker in a tick.
        package init(_ walker: Walker, at tick: Tick) {
            id = walker.id
            x = Int16(clamping: Int((walker.position.x * 100).rounded()))
            y = Int16(clamping: Int((walker.position.y * 100).rounded()))
            velocityX = Int8(clamping: Int((walker.velocity.x * 10).rounded()))
            velocityY = Int8(clamping: Int((walker.velocity.y * 10).rounded()))
            isImmune = walker.isImmune(at: tick)
            area = walker.area
        }

        package var spot: Spot { Spot(position, in: area) }

        package var position: Vector { Vector(Double(x) / 100, Double(y) / 100) }
        package var velocity: Vector { Vector(Double(velocityX) / 10, Double(velocityY) / 10) }
    }
}

extension ArenaMessages.Snapshot: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let it = try reader.read(EntityID.self)
        self.it = it.rawValue == 0 ? nil : it
        let count = try reader.read(UInt16.self)
        avatars = []
        // The bytes are compared with the count before memory is taken.
        guard Int(count) * ArenaMessages.Avatar.byteCount <= reader.remainingCount else {
            throw reader.invalid(count, expected: "as many entities as there are bytes for")
        }
        avatars.reserveCapacity(Int(count))
        for _ in 0..<count { avatars.append(try ArenaMessages.Avatar(from: &reader)) }
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(it?.rawValue ?? 0)
        datagram.append(UInt16(clamping: avatars.count))
        for avatar in avatars.prefix(Int(UInt16.max)) { avatar.encode(into: &datagram) }
    }
}

extension ArenaMessages.Avatar: DatagramCodable {
    static let byteCount = 11

    package init(from reader: inout DatagramReader) throws(DatagramError) {
        // Players and places come by the thousand, so a sight is read in three pieces, not in six:
        // id, x and y in the first, both velocities in the second.
        let place: UInt64 = try reader.read()
        let velocity: UInt16 = try reader.read()
        id = EntityID(rawValue: UInt32(truncatingIfNeeded: place))
        x = Int16(truncatingIfNeeded: place >> 32)
        y = Int16(truncatingIfNeeded: place >> 48)
        velocityX = Int8(truncatingIfNeeded: velocity)
        velocityY = Int8(truncatingIfNeeded: velocity >> 8)
        let flags: UInt8 = try reader.read()
        isImmune = flags & 2 != 0
        area = Area(flags >> 2 & 3)
    }

    package func encode(into datagram: inout Datagram) {
        id.encode(into: &datagram)
        datagram.append(x)
        datagram.append(y)
        datagram.append(velocityX)
        datagram.append(velocityY)
        let area = UInt8(truncatingIfNeeded: area) & 3
        datagram.append(UInt8((id.isNPC ? 1 : 0) | (isImmune ? 2 : 0)) | area << 2)
    }
}
