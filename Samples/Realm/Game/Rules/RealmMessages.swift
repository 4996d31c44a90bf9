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
        /// Gives a coin to the nearest other walker.
        case give = 2

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            let kind: UInt8 = try reader.read()
            guard let request = Self(rawValue: kind) else {
                throw .invalidValue(
                    expected: "the kind of a request, 1 or 2", found: "\(kind)", offset: 0)
            }
            self = request
        }

        package func encode(into datagram: inout Datagram) { datagram.append(rawValue) }
    }

    /// What a zone tells a player, once and in order, also across borders.
    package enum Notice: Hashable, Sendable, DatagramCodable {
        /// A character nearby waves, and how often it has waved by now, in all zones.
        case wave(UInt32, count: UInt16)
        /// One character has given a coin to another.
        case gift(from: UInt32, to: UInt32)
        /// The player has no coin to give.
        case poor

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            switch try reader.read(UInt8.self) {
            case 1: self = .wave(try reader.read(), count: try reader.read())
            case 2: self = .gift(from: try reader.read(), to: try reader.read())
            case 3: self = .poor
            case let kind:
                throw .invalidValue(
                    expected: "the kind of a notice, 1 to 3", found: "\(kind)", offset: 0)
            }
        }

        package func encode(into datagram: inout Datagram) {
            switch self {
            case .wave(let character, let count):
                datagram.append(1 as UInt8)
                datagram.append(character)
                datagram.append(count)
            case .gift(let giver, let receiver):
                datagram.append(2 as UInt8)
                datagram.append(giver)
                datagram.append(receiver)
            case .poor: datagram.append(3 as UInt8)
            }
        }
    }
}
