import ParleyProtocol

/// An entity with a field of each kind.
struct FuzzedEntity: Replicated {
    enum Mood: CaseIterable, Sendable { case calm, curious, angry }
    enum Team: UInt8, Sendable { case red = 1, blue = 2 }

    static let layout = EntityLayout(FuzzedEntity.self, named: "fuzzed")

    var x = 0.0
    var speed = 0.0
    var facing = 0.0
    var heading: Float = 0
    var place = SIMD3<Float>()
    var rotation = SIMD4<Double>(0, 0, 0, 1)
    var level: UInt8 = 1
    var balance = 0
    var account: UInt64 = 0
    var mood = Mood.calm
    var team = Team.red
    var name = ""
    var target: UInt32?
    var isAlive = true

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "x", &x, .fixed(in: -512...512, precision: 0.01),
            velocity: &speed, .fixed(in: -64...64, precision: 0.125))
        visit("facing", &facing, .angle(bits: 12))
        visit("heading", &heading, .degrees(bits: 16))
        visit("place", &place, .vector(in: -100...100, precision: 0.5))
        visit("rotation", &rotation, .rotation(bits: 9))
        visit("level", &level, .unsigned(bits: 5))
        visit("balance", &balance, .signed(bits: 20))
        visit("account", &account, .wideInteger())
        visit("mood", &mood, .oneOf())
        visit("team", &team, .rawValue(bits: 2, else: .red))
        visit("name", &name, .text(maximum: 13))
        visit("target", &target, .unsigned(bits: 32))
        visit("is alive", &isAlive, .flag)
    }
}
