/// A page in Prometheus' text format 0.0.4, read strictly: anything that a scraper might read otherwise is an error.
public struct PrometheusText {
    /// A sample of a metric.
    public struct Sample: Hashable {
        /// The metric's name, with `_bucket`, `_sum` or `_count` for parts of a histogram.
        public var name: String
        /// Its labels.
        public var labels: [String: String]
        /// Its value.
        public var value: Double
    }

    /// Why a page is none.
    public struct Fault: Error, CustomStringConvertible {
        /// What is wrong with which line.
        public let description: String
    }

    /// The kinds of the metrics, by their names.
    public private(set) var kinds: [String: String] = [:]
    /// The help of the metrics, with its escapes taken back.
    public private(set) var help: [String: String] = [:]
    /// The samples, in order.
    public private(set) var samples: [Sample] = []

    /// Reads a page.
    public init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(description: "no end") }
        // By scalars: a carriage return before a line feed would hide both.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        var family: String?
        for line in lines.dropLast() {
            let line = String(line)
            if line.hasPrefix("# HELP ") {
                let (name, rest) = try Self.cut(line, after: "# HELP ")
                guard help[name] == nil, !rest.isEmpty else {
                    throw Fault(description: "help of \(name) again, or none")
                }
                help[name] = try Self.unescaped(rest, quotes: false)
                family = nil
            } else if line.hasPrefix("# TYPE ") {
                let (name, kind) = try Self.cut(line, after: "# TYPE ")
                guard kinds[name] == nil, help[name] != nil,
                    ["counter", "gauge", "histogram"].contains(kind)
                else { throw Fault(description: "type out of place: \(line)") }
                kinds[name] = kind
                family = name
            } else {
                guard let family, let kind = kinds[family] else {
                    throw Fault(description: "a sample without a type: \(line)")
                }
                samples.append(try Self.sample(line, of: family, kind))
            }
        }
        guard Set(samples.map { [$0.name: $0.labels] }).count == samples.count else {
            throw Fault(description: "a sample comes twice")
        }
        try checkKinds()
    }

    /// The value of a sample; nil if there is none with exactly these labels.
    public subscript(name: String, labels: [String: String]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    /// The value of a sample without labels.
    public subscript(name: String) -> Double? { self[name, [:]] }

    private func checkKinds() throws {
        for (name, kind) in kinds {
            guard (kind == "counter") == name.hasSuffix("_total") else {
                throw Fault(description: "\(name) is a \(kind)")
            }
            let own = samples.filter { $0.name == name }
            if kind == "counter", !own.allSatisfy({ $0.value >= 0 && $0.value.isFinite }) {
                throw Fault(description: "\(name) counts backwards")
            }
            if kind == "histogram" { try checkHistogram(name) }
        }
    }

    private func checkHistogram(_ name: String) throws {
        for count in samples where count.name == name + "_count" {
            let buckets = samples.filter { bucket in
                var labels = bucket.labels
                labels["le"] = nil
                return bucket.name == name + "_bucket" && labels == count.labels
            }
            let bounds = try buckets.map { try Self.number($0.labels["le"] ?? "") }
            guard bounds == bounds.sorted(), bounds.last == .infinity,
                buckets.map(\.value) == buckets.map(\.value).sorted(),
                buckets.last?.value == count.value, self[name + "_sum", count.labels] != nil
            else { throw Fault(description: "\(name) is no histogram") }
        }
    }

    // MARK: Lines

    private static func cut(_ line: String, after prefix: String) throws -> (String, String) {
        let rest = line.dropFirst(prefix.count)
        guard let space = rest.firstIndex(of: " "), isName(rest[..<space]) else {
            throw Fault(description: "no name: \(line)")
        }
        return (String(rest[..<space]), String(rest[rest.index(after: space)...]))
    }

    private static func isName(_ text: Substring) -> Bool {
        text.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil
    }

    private static func sample(
        _ line: String, of family: String, _ kind: String
    ) throws -> Sample {
        let name = line.prefix { $0 != "{" && $0 != " " }
        let parts = ["_bucket", "_sum", "_count"].map { family + $0 }
        guard kind == "histogram" ? parts.contains(String(name)) : name == family else {
            throw Fault(description: "\(name) among samples of \(family)")
        }
        var rest = line.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            repeat {
                guard
                    let match = rest.prefixMatch(
                        of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/),
                    labels[String(match.1)] == nil
                else { throw Fault(description: "labels of \(line)") }
                labels[String(match.1)] = try unescaped(String(match.2), quotes: true)
                rest = rest[match.range.upperBound...]
                guard let next = rest.popFirst(), next == "," || next == "}" else {
                    throw Fault(description: "labels of \(line)")
                }
                if next == "}" { break }
            } while true
        }
        guard rest.popFirst() == " " else { throw Fault(description: "no space: \(line)") }
        return Sample(name: String(name), labels: labels, value: try number(String(rest)))
    }

    private static func number(_ text: String) throws -> Double {
        switch text {
        case "NaN": return .nan
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        default:
            guard text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/) != nil,
                let number = Double(text)
            else { throw Fault(description: "no number: \(text)") }
            return number
        }
    }

    private static func unescaped(_ text: String, quotes: Bool) throws -> String {
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                result.append(scalar)
                continue
            }
            switch scalars.next() {
            case "\\": result.append("\\")
            case "n": result.append("\n")
            case "\"" where quotes: result.append("\"")
            default: throw Fault(description: "an escape that is none: \(text)")
            }
        }
        return String(result)
    }
}
