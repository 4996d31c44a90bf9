/// A time in minutes, with or without a fraction: a hundredth to a day.
package struct Minutes: LosslessStringConvertible, Hashable, Sendable {
    package let duration: Duration

    package init(_ minutes: Int) {
        duration = .seconds(minutes * 60)
    }

    package init?(_ text: String) {
        guard let minutes = Double(text), (0.01...1_440).contains(minutes) else { return nil }
        duration = .milliseconds(Int64((minutes * 60_000).rounded()))
    }

    package var description: String {
        let text = "\(duration / .seconds(60))"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
