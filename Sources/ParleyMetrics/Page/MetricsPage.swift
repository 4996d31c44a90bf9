public import ParleySockets

/// The numbers of a program at one moment, as a page in Prometheus' text format (version 0.0.4).
///
/// ```swift
/// var page = MetricsPage()
/// page.gauge("parley_players", "Players who are in.", 12, labels: ["zone": "north"])
/// page.counter("parley_ticks_total", "Steps that ran.", 8_100, labels: ["zone": "north"])
/// ```
///
/// A name that comes again adds a sample to the same metric: its first help and kind count. The same name with the same
/// labels replaces the sample. Names are the program's own, and not a peer's: a wrong one ends the program. A value of
/// a label may be any text.
public struct MetricsPage: Hashable, Sendable {
    /// The labels of a sample, in the order in which they are written.
    public typealias Labels = KeyValuePairs<String, String>

    private(set) var families: [MetricFamily] = []
    private var places: [String: Int] = [:]

    /// An empty page.
    public init() {}

    /// Adds a number that only rises while the program runs. Its name ends in `_total`.
    public mutating func counter(
        _ name: String, _ help: String, _ value: UInt64, labels: Labels = [:]
    ) {
        precondition(name.hasSuffix("_total"), "\(name) is a counter without _total")
        add(MetricSample(labels, .count(value)), to: name, help, .counter)
    }

    /// Adds a number that rises and falls.
    public mutating func gauge(
        _ name: String, _ help: String, _ value: Double, labels: Labels = [:]
    ) {
        add(MetricSample(labels, .number(value)), to: name, help, .gauge)
    }

    /// Adds a time that rises and falls, in seconds. Its name ends in `_seconds`.
    public mutating func gauge(
        _ name: String, _ help: String, _ time: Duration, labels: Labels = [:]
    ) {
        precondition(name.hasSuffix("_seconds"), "\(name) is a time without _seconds")
        gauge(name, help, time.seconds, labels: labels)
    }

    /// Adds durations by how long they were. Its name ends in `_seconds`.
    public mutating func histogram(
        _ name: String, _ help: String, _ histogram: DurationHistogram, labels: Labels = [:]
    ) {
        precondition(name.hasSuffix("_seconds"), "\(name) is a time without _seconds")
        add(MetricSample(labels, .histogram(histogram)), to: name, help, .histogram)
    }

    private mutating func add(
        _ sample: MetricSample, to name: String, _ help: String, _ kind: MetricFamily.Kind
    ) {
        guard let place = places[name] else {
            precondition(MetricFamily.isName(name), "\(name) is no metric's name")
            places[name] = families.count
            families.append(MetricFamily(name: name, help: help, kind: kind, samples: [sample]))
            return
        }
        precondition(families[place].kind == kind, "\(name) is a metric of two kinds")
        families[place].add(sample)
    }

    /// The page's text: for each metric its help, its kind and its samples, each line ended by a line feed.
    public var text: String {
        var text = ""
        for family in families { family.write(to: &text) }
        return text
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { self / .seconds(1) }
}
