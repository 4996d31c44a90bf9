import ParleyProtocol

/// A small thing that moves.
struct Ball: Replicated, Equatable {
    var x = 0.0
    var y = 0.0
    var facing = 0.0
    var isHot = false

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("x", &x, .fixed(in: -512...512, precision: 0.01))
        visit("y", &y, .fixed(in: -512...512, precision: 0.01))
        visit("facing", &facing, .angle(bits: 12))
        visit("is hot", &isHot)
    }
}
