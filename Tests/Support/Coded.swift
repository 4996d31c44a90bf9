import Foundation
import ParleyDatagrams

/// `Codable` types of every shape.
package enum Coded {
    /// A number that equals itself even where it is NaN, so that values that contain it can be compared.
    package struct Real: Codable, Hashable {
        private let bits: UInt64

        package init(_ value: Double) { bits = value.bitPattern }

        package init(from decoder: any Decoder) throws {
            self.init(try decoder.singleValueContainer().decode(Double.self))
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(Double(bitPattern: bits))
        }
    }

    package struct Point: Codable, Hashable {
        var x: Real
        var y: Real
    }

    package enum Weapon: Codable, Hashable {
        case none
        case sword(length: Int, Point?)
        case bow([String: UInt8])
    }

    package enum Kind: String, Codable { case player, guardian }

    package indirect enum Tree: Codable, Hashable { case leaf, branch(Tree, Tree) }

    package struct Player: Codable, Hashable, DatagramCodable {
        var name: String
        var kind = Kind.player
        var points: [Point]
        var weapons: [Weapon]
        var title: String?
        var friends: [Int: Set<String>]
        var picture: [UInt8]
        var identity: UUID
        var limits: ClosedRange<Int64>
        var deep: [[[Int16?]]]
    }

    package static let player = Player(
        name: "Ana 😀", points: [Point(x: Real(0.1), y: Real(1.5))],
        weapons: [
            .none, .sword(length: -3, Point(x: Real(1e300), y: Real(0))), .bow(["arrows": 255]),
        ],
        title: nil, friends: [1: ["a", "b"], -5: []], picture: [0, 200, 255],
        identity: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)),
        limits: Int64.min...Int64.max, deep: [[], [[1, nil, -300]], [[], []]])
}
