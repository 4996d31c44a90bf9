package import ParleyDatagrams
package import ParleyProtocol
package import ParleyWorld

/// A game to test prediction with: runners on a meadow of 200 m, and sheep.
///
/// Acceleration takes time, so a command has a long effect, which reveals a wrong one.
package enum Meadow: GameRules {
    package static let name = "meadow"

    /// How far it is from one end of the meadow to the other, in metres.
    package static let side = 200.0

    package struct Cast: Sendable {
        package let schema: ReplicationSchema
        package let runners: EntityType<Runner>
        package let sheep: EntityType<Sheep>

        init() {
            var schema = ReplicationSchema()
            runners = schema.register(Runner.self, named: "runner")
            sheep = schema.register(Sheep.self, named: "sheep")
            self.schema = schema
        }
    }

    package static let cast = Cast()
    package static var schema: ReplicationSchema { cast.schema }
    package static var bodies: EntityType<Runner> { cast.runners }
    package static let idle = Command(x: 0, y: 0)

    package static func surroundings(of world: borrowing SnapshotReceiver) -> Double { side }

    /// What the rules throw for a command that no client sends by chance.
    package struct Stumble: Error {}

    package static func advance(
        _ runner: inout Runner, by command: Command, in side: Double, during step: TickStep
    ) throws {
        if command.x == .min { throw Stumble() }
        let push = SIMD2(Double(command.x), Double(command.y)) / 127
        runner.velocity += (push * 8 - runner.velocity) * (4 * step.seconds)
        runner.position += runner.velocity * step.seconds
        runner.position.clamp(lowerBound: .zero, upperBound: SIMD2(repeating: side))
        runner.steps &+= 1
    }
}

extension Meadow {
    /// Where a runner wants to go.
    package struct Command: Hashable, Sendable, DatagramCodable {
        package var x: Int8
        package var y: Int8

        package init(x: Int8, y: Int8) {
            self.x = x
            self.y = y
        }

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            x = try reader.read()
            y = try reader.read()
        }

        package func encode(into datagram: inout Datagram) {
            datagram.append(x)
            datagram.append(y)
        }
    }

    package enum Request: UInt8, Sendable, DatagramCodable {
        /// To be put into the middle, at once.
        case goHome
        /// To have no body any more, or one again.
        case sitDown, getUp

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            let bits: UInt8 = try reader.read()
            guard let request = Self(rawValue: bits) else {
                throw .invalidValue(expected: "0, 1 or 2", found: "\(bits)", offset: 0)
            }
            self = request
        }

        package func encode(into datagram: inout Datagram) { datagram.append(rawValue) }
    }

    package struct Notice: Hashable, Sendable, DatagramCodable {
        package var number: UInt32

        package init(number: UInt32) { self.number = number }

        package init(from reader: inout DatagramReader) throws(DatagramError) {
            number = try reader.read()
        }

        package func encode(into datagram: inout Datagram) { datagram.append(number) }
    }

    package typealias Snapshot = NoSnapshot
}
