package import ParleyProtocol
import ParleyWorld

/// A body that runs over the meadow.
package struct Runner: PlayerBody {
    package var position = SIMD2<Double>(0, 0)
    package var velocity = SIMD2<Double>(0, 0)
    package var player: UInt32 = 0
    /// How often the rules ran, modulo 256, which reveals a command that counts twice.
    package var steps: UInt8 = 0
    /// How often it was put elsewhere.
    package var jumps: UInt8 = 0

    package init() {}

    package init(player: PlayerID, at position: SIMD2<Double>) {
        self.player = player.rawValue
        self.position = position
    }

    package var place: SIMD2<Double> { position }
    package var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }
    package static let teleportLength = 10.0

    package func isTeleport(from earlier: Runner) -> Bool { jumps != earlier.jumps }

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...Meadow.side, precision: 1.0 / 512),
            velocity: &velocity, .vector(in: -16...16, precision: 1.0 / 512))
        visit("steps", &steps, .unsigned(bits: 8))
        visit("jumps", &jumps, .unsigned(bits: 8))
        visit("player", &player, .unsigned(bits: 32))
    }
}

/// Something that moves by itself, in circles, when it moves.
package struct Sheep: WorldEntity {
    package var position = SIMD2<Double>(0, 0)
    package var velocity = SIMD2<Double>(0, 0)
    package var isSheared = false

    package init() {}

    package init(at position: SIMD2<Double>) { self.position = position }

    package var place: SIMD2<Double> { position }

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...Meadow.side, precision: 0.01),
            velocity: &velocity, .vector(in: -16...16, precision: 0.1))
        visit("isSheared", &isSheared)
    }
}
