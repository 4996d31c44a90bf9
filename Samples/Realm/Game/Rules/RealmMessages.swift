package import Parley

extension RealmRules {
    /// Where a player walks to: two bytes a tick, over UDP.
    package struct Command: Hashable, Sendable, DatagramCodable {
        /// East and north, −127…127.
        package var east: Int8
        package var north: Int8

        package init(east: Int8, north: Int8) {
            self.east = east
            self.north = north
        }

        /// Full speed in a direction; nothing for a direction without a length.
        package init(towards direction: SIMD2<Double>) {
            let length = (direction * direction).sum().squareRoot()
            let unit = length > 0 ? direction / length : .zero
            self.init(
                east: Int8((unit.x * 127).rounded()), north: Int8((unit.y * 127).rounded()))
        }

        /// The direction, no longer than 1: a client may send what it wants.
        var direction: SIMD2<Double> {
            let direction = SIMD2(Double(east), Double(north)) / 127
            let length = (direction * direction).sum().squareRoot()
            return length > 1 ? direction / length : direction
        }

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            east = try reader.read()
            north = try reader.read()
        }

        package func encode(into datagram: inout Datagram) {
            datagram.append(east)
            datagram.append(north)
        }
    }

    /// What a player asks for over TCP, once and in order, also across borders.
    package enum Request: UInt8, Hashable, Sendable, DatagramCodable {
        /// Waves to all who are near.
        case wave = 1

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            let kind: UInt8 = try reader.read()
            guard let request = Self(rawValue: kind) else {
                throw .invalidValue(
                    expected: "the kind of a request, 1", found: "\(kind)", offset: 0)
            }
            self = request
        }

        package func encode(into datagram: inout Datagram) { datagram.append(rawValue) }
    }

    /// What a zone tells a player, once and in order, also across borders: a character nearby waves.
    package struct Notice: Hashable, Sendable, DatagramCodable {
        /// Who waves.
        package var character: UInt32
        /// How often it has waved by now, in all zones.
        package var count: UInt16

        package init(character: UInt32, count: UInt16) {
            self.character = character
            self.count = count
        }

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            character = try reader.read()
            count = try reader.read()
        }

        package func encode(into datagram: inout Datagram) {
            datagram.append(character)
            datagram.append(count)
        }
    }
}
