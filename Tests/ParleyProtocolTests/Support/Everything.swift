import ParleyProtocol
import ParleySockets

/// One field of each kind, in the shape in which games write them.
struct Everything: Replicated, Equatable {
    enum Mood: CaseIterable, Sendable { case calm, curious, angry }
    enum Team: UInt8, Sendable { case red = 1, blue = 2 }

    struct Wallet: Replicated, Equatable {
        var coins = 0
        var isOpen = false

        mutating func fields(_ visit: inout some FieldVisitor) {
            visit("coins", &coins, .integer(in: -10...1000))
            visit("is open", &isOpen)
        }
    }

    var x = 0.0
    var speed = 0.0
    var facing = 0.0
    var heading: Float = 0
    var place = SIMD3<Float>()
    var drift = SIMD3<Float>()
    var rotation = SIMD4<Double>(0, 0, 0, 1)
    var level: UInt8 = 1
    var balance = 0
    var tiny: Int8 = 0
    var account: UInt64 = 0
    var mood = Mood.calm
    var team = Team.red
    var name = ""
    var target: UInt32?
    var wallet = Wallet()
    var isAlive = true

    mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "x", &x, .fixed(in: -512...512, precision: 0.01),
            velocity: &speed, .fixed(in: -64...64, precision: 0.125))
        visit("facing", &facing, .angle(bits: 12))
        visit("heading", &heading, .degrees(bits: 16))
        visit(
            "place", &place, .vector(in: -100...100, precision: 0.5),
            velocity: &drift, .vector(in: -10...10, precision: 0.25))
        visit("rotation", &rotation, .rotation(bits: 9))
        visit("level", &level, .unsigned(bits: 5))
        visit("balance", &balance, .signed(bits: 20))
        visit("tiny", &tiny, .integer(in: .min ... .max))
        visit("account", &account, .wideInteger())
        visit("mood", &mood, .oneOf())
        visit("team", &team, .rawValue(bits: 2, else: .red))
        visit("name", &name, .text(maximum: 13))
        visit("target", &target, .unsigned(bits: 32))
        visit("wallet", &wallet)
        visit("is alive", &isAlive, .flag)
    }

    /// Arbitrary values, including those that no field can represent.
    static func random(using generator: inout SeededGenerator) -> Everything {
        var value = Everything()
        value.x = wild(using: &generator)
        value.speed = wild(using: &generator)
        value.facing = wild(using: &generator)
        value.heading = Float(wild(using: &generator))
        for index in 0..<3 {
            value.place[index] = Float(wild(using: &generator))
            value.drift[index] = Float(wild(using: &generator))
        }
        for index in 0..<4 { value.rotation[index] = wild(using: &generator) }
        value.level = .random(in: 0...31, using: &generator)
        value.balance = .random(in: .min ... .max, using: &generator)
        value.tiny = .random(in: .min ... .max, using: &generator)
        value.account = .random(in: .min ... .max, using: &generator)
        value.mood = Mood.allCases.randomElement(using: &generator) ?? .calm
        value.team = Bool.random(using: &generator) ? .red : .blue
        value.name = String(
            (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                ["a", "ß", "你", "😀", "e\u{301}"].randomElement(using: &generator) ?? "a"
            })
        value.target =
            Bool.random(using: &generator)
            ? nil : .random(in: .min ... .max, using: &generator)
        value.wallet.coins = .random(in: -100...2000, using: &generator)
        value.wallet.isOpen = .random(using: &generator)
        value.isAlive = .random(using: &generator)
        return value
    }

    private static func wild(using generator: inout SeededGenerator) -> Double {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: .nan
        case 1: .infinity
        case 2: -.infinity
        case 3: .greatestFiniteMagnitude
        case 4: -.greatestFiniteMagnitude
        case 5: .leastNonzeroMagnitude
        default: .random(in: -200...200, using: &generator)
        }
    }
}
