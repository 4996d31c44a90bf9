import Glibc

/// A colour, red, green and blue from 0 to 255.
package struct Color: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    /// The colour that style sheets write as #RRGGBB.
    package init(_ hexadecimal: UInt32) {
        red = UInt8(truncatingIfNeeded: hexadecimal >> 16)
        green = UInt8(truncatingIfNeeded: hexadecimal >> 8)
        blue = UInt8(truncatingIfNeeded: hexadecimal)
    }

    /// This colour with so much (0 to 1) of another one over it.
    package func mixed(with other: Color, _ share: Double) -> Color {
        func mix(_ left: UInt8, _ right: UInt8) -> UInt32 {
            UInt32((Double(left) + (Double(right) - Double(left)) * share).rounded())
        }
        return Color(
            mix(red, other.red) << 16 | mix(green, other.green) << 8 | mix(blue, other.blue))
    }
}

/// How many colours the output can show.
package enum ColorDepth: Sendable, CaseIterable {
    case none
    case palette256
    case full

    /// What the environment says: NO_COLOR (no-color.org), COLORTERM, TERM.
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

    /// The nearest of the 24 greys (232…255) or of the 6 × 6 × 6 cube (16…231).
    private static func paletteIndex(_ color: Color) -> Int {
        let parts = [Int(color.red), Int(color.green), Int(color.blue)]
        if let low = parts.min(), let high = parts.max(), high - low < 12 {
            let grey = (low + high) / 2
            if (8...238).contains(grey) { return 232 + (grey - 8) / 10 }
        }
        let steps = parts.map { $0 < 48 ? 0 : $0 < 115 ? 1 : ($0 - 35) / 40 }
        return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
    }
}
