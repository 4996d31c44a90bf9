package import Parley
package import ParleyStore

/// A coin that lies in a land. Whoever walks over it has one more.
package struct Coin: WorldEntity, Hashable {
    package var position: SIMD2<Double>

    package init() { self.init(position: .zero) }

    init(position: SIMD2<Double>) { self.position = position }

    package var place: SIMD2<Double> { position }

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "position", &position, .vector(in: 0...RealmRules.side, precision: 1.0 / 16))
    }
}

extension Currency {
    /// The realm's money. It is in the store: a zone only shows it.
    package static let coins = Currency(rawValue: 1)
}
