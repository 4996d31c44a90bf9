import Parley

/// The body that a player moves.
struct Skater: PlayerBody, Codable {
    var position = SIMD2<Double>(20, 20)
    var velocity = SIMD2<Double>(0, 0)

    /// Declares for each field how precisely it travels, and so how precisely it is computed.
    mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...40, precision: 1.0 / 256),
            velocity: &velocity, .vector(in: -20...20, precision: 1.0 / 256))
    }

    /// The place by which the server finds the clients that see it.
    var place: SIMD2<Double> { position }

    /// The part that the view smooths after a correction.
    var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }

    static let teleportLength = 5.0
}

/// A coin for the skaters to take.
struct Coin: WorldEntity {
    var position = SIMD2<Double>(0, 0)

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("position", &position, .vector(in: 0...40, precision: 0.1))
    }

    var place: SIMD2<Double> { position }
}
