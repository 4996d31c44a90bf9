package import Parley

extension ArenaMessages {
    /// What a player does now: three bytes, sent many times a second over UDP.
    ///
    /// A command stays in force until the next one, so the next one makes up for a lost one.
    package struct Command: Hashable, Sendable {
        /// The direction to walk in, east and north, −127…127; (127, 0) is full speed to the east.
        package var moveX: Int8
        package var moveY: Int8
        package var dash: Bool

        package init(_ wish: Wish) {
            moveX = Int8((wish.direction.x * 127).rounded())
            moveY = Int8((wish.direction.y * 127).rounded())
            dash = wish.dash
        }

        package var wish: Wish {
            Wish(direction: Vector(Double(moveX) / 127, Double(moveY) / 127), dash: dash)
        }
    }
}

extension ArenaMessages.Command: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        moveX = try reader.read()
        moveY = try reader.read()
        dash = try reader.read(UInt8.self) & 1 != 0
    }

    package func encode(into datagram: inout Datagram) {
        datagram.append(moveX)
        datagram.append(moveY)
        datagram.append(UInt8(dash ? 1 : 0))
    }
}
