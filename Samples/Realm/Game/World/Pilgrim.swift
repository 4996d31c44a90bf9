package import Parley
import ParleyZones

/// What a character takes along when it crosses a border, and what a checkpoint keeps of it.
package struct Pilgrim: Traveller, Hashable {
    package static let version: UInt16 = 1

    package var position: SIMD2<Double>
    package var velocity: SIMD2<Double>
    /// How often its player has waved.
    package var waves: UInt16

    package init(_ walker: Walker) {
        (position, velocity, waves) = (walker.position, walker.velocity, walker.waves)
    }

    package init(from reader: inout DatagramReader, version: UInt16) throws(DatagramError) {
        position = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
        velocity = SIMD2(try reader.read(Double.self), try reader.read(Double.self))
        waves = try reader.read()
    }

    package func encode(into datagram: inout Datagram) {
        for number in [position.x, position.y, velocity.x, velocity.y] { datagram.append(number) }
        datagram.append(waves)
    }
}
