import ParleySockets

/// A metric: its name, what it means, and its samples.
struct MetricFamily: Hashable, Sendable {
    /// What kind of number it is.
    enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
    }

    let name: String
    let help: String
    let kind: Kind
    private(set) var samples: [MetricSample]

    init(name: String, help: String, kind: Kind, samples: [MetricSample]) {
        (self.name, self.help, self.kind, self.samples) = (name, help, kind, samples)
    }

    /// Adds a sample, or replaces that of the same labels.
    mutating func add(_ sample: MetricSample) {
        if let place = samples.firstIndex(where: { $0.labels == sample.labels }) {
            samples[place] = sample
        } else {
            samples.append(sample)
        }
    }

    /// Whether a text may name a metric: a letter, `_` or `:`, then such and digits.
    static func isName(_ text: String) -> Bool {
        MetricSample.isLabel(text.replacing(":", with: "_"))
    }

    /// Writes its lines.
    func write(to text: inout String) {
        text += "# HELP \(name) \(help.escaped(quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples { sample.write(name, to: &text) }
    }
}

/// A value of a metric, for some labels.
struct MetricSample: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        case count(UInt64)
        case number(Double)
        case histogram(DurationHistogram)
    }

    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    let labels: [Label]
    let value: Value

    init(_ labels: MetricsPage.Labels, _ value: Value) {
        for (name, _) in labels {
            precondition(
                Self.isLabel(name) && name != "le" && !name.hasPrefix("__"),
                "\(name) is no label's name")
        }
        precondition(Set(labels.map(\.key)).count == labels.count, "a label is given twice")
        self.labels = labels.map { Label(name: $0.key, value: $0.value) }
        self.value = value
    }

    /// Whether a text may name a label: a letter or `_`, then such and digits.
    static func isLabel(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isDigit($0) || isLetter($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte | 0x20)
    }

    /// Writes its lines; several for a histogram.
    func write(_ name: String, to text: inout String) {
        switch value {
        case .count(let count): line(name, "\(count)", to: &text)
        case .number(let number): line(name, Self.text(of: number), to: &text)
        case .histogram(let histogram):
            var count: UInt64 = 0
            let bounds = DurationHistogram.bounds.map { Self.text(of: $0.seconds) } + ["+Inf"]
            for (bound, more) in zip(bounds, histogram.counts) {
                count += more
                line(name + "_bucket", "\(count)", bound: bound, to: &text)
            }
            line(name + "_sum", Self.text(of: histogram.sum.seconds), to: &text)
            line(name + "_count", "\(count)", to: &text)
        }
    }

    private func line(
        _ name: String, _ value: String, bound: String? = nil, to text: inout String
    ) {
        var parts = labels.map { "\($0.name)=\"\($0.value.escaped(quotes: true))\"" }
        if let bound { parts.append("le=\"\(bound)\"") }
        let list = parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
        text += "\(name)\(list) \(value)\n"
    }

    /// A number as Prometheus reads it.
    private static func text(of number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        guard let whole = Int64(exactly: number) else { return "\(number)" }
        return "\(whole)"
    }
}

extension String {
    /// The text with what would end it written as a pair of characters.
    fileprivate func escaped(quotes: Bool) -> String {
        // By scalars: a carriage return and a line feed are one character.
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
