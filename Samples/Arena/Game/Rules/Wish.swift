/// What a walker is to do: a direction (length 1 is full speed) and whether to dash.
package struct Wish: Hashable, Sendable {
    package var direction: Vector
    package var dash: Bool

    package init(direction: Vector, dash: Bool = false) {
        self.direction = direction.limited(to: 1)
        self.dash = dash
    }

    package static let stand = Wish(direction: .zero)
}
