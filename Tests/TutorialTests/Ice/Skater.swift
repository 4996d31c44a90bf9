import Parley

/// What a player moves.
struct Skater: PlayerBody {
    var position = SIMD2<Double>(20, 20)
    var velocity = SIMD2<Double>(0, 0)

    /// Each field says how exactly it travels, and so how exactly it is computed.
    mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...40, precision: 1.0 / 256),
            velocity: &velocity, .vector(in: -20...20, precision: 1.0 / 256))
    }

    /// Where the server looks for who sees it.
    var place: SIMD2<Double> { position }

    /// What is smoothed on the screen when the server says otherwise.
    var pose: SIMD2<Double> {
        get { position }
        set { position = newValue }
    }

    static let teleportLength = 5.0
}

/// Something to be taken.
struct Coin: WorldEntity {
    var position = SIMD2<Double>(0, 0)

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("position", &position, .vector(in: 0...40, precision: 0.1))
    }

    var place: SIMD2<Double> { position }
}
