import Glibc

/// A colour, red, green and blue from 0 to 255.
package struct Color: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    /// The colour #RRGGBB of style sheets.
    package init(_ hexadecimal: UInt32) {
        red = UInt8(truncatingIfNeeded: hexadecimal >> 16)
        green = UInt8(truncatingIfNeeded: hexadecimal >> 8)
        blue = UInt8(truncatingIfNeeded: hexadecimal)
    }

    /// This colour with a share (0 to 1) of another one over it.
    package func mixed(with other: Color, _ share: Double) -> Color {
        func mix(_ left: UInt8, _ right: UInt8) -> UInt32 {
            UInt32((Double(left) + (Double(right) - Double(left)) * share).rounded())
        }
        return Color(
            mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
    }
}

/// The colours that the output can show.
package enum ColorDepth: Sendable, CaseIterable {
    case none
    case palette256
    case full

    /// The depth that the environment tells: NO_COLOR (no-color.org), COLORTERM, TERM.
    package static func detect(noColor: Bool = false) -> ColorDepth {
        if noColor || !(environment("NO_COLOR") ?? "").isEmpty { return .none }
        if environment("TERM") == "dumb" { return .none }
        return ["truecolor", "24bit"].contains(environment("COLORTERM")) ? .full : .palette256
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The parameters of the escape sequence that selects the colour, 38 for letters, 48 behind them.
    func code(_ color: Color, layer: Int) -> String {
        switch self {
        case .none: ""
        case .full: ";\(layer);2;\(color.red);\(color.green);\(color.blue)"
        case .palette256: ";\(layer);5;\(Self.paletteIndex(color))"
        }
    }

    /// The nearest of the 24 greys (232…255) and the colours of the 6 × 6 × 6 cube (16…231).
    private static func paletteIndex(_ color: Color) -> Int {
        let steps = [color.red, color.green, color.blue].map(nearestStep)
        let cube = steps.map { levels[$0] }
        let brightness = (Int(color.red) + Int(color.green) + Int(color.blue)) / 3
        let grey = min(max((brightness - 3) / 10, 0), 23)
        let isGrey =
            color.distance(to: Array(repeating: 8 + 10 * grey, count: 3))
            < color.distance(to: cube)
        return isGrey ? 232 + grey : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
    }

    private static let levels = [0, 95, 135, 175, 215, 255]

    private static func nearestStep(_ part: UInt8) -> Int {
        let part = Int(part)
        return part < 48 ? 0 : part < 115 ? 1 : (part - 35) / 40
    }
}

extension Color {
    /// The squared distance of two colours.
    fileprivate func distance(to parts: [Int]) -> Int {
        zip([red, green, blue], parts).reduce(0) { sum, pair in
            let difference = Int(pair.0) - pair.1
            return sum + difference * difference
        }
    }
}
