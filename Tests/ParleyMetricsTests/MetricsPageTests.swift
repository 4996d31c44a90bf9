import Foundation
import ParleyMetrics
import ParleySockets
import TestNetworks
import Testing

/// The text of a page, read by a strict parser and by Prometheus' own.
@Suite struct MetricsPageTests {
    /// A page with all kinds of metrics, and all that has to be escaped.
    private static var page: MetricsPage {
        var times = DurationHistogram()
        for time in [0, 90, 100, 101, 240, 20_000, 60_000_000] {
            times.note(.microseconds(time))
        }
        var page = MetricsPage()
        page.counter("parley_ticks_total", "Steps that ran.", .max, labels: ["zone": "north"])
        page.gauge(
            "parley_lease_left_seconds", "The lease \\ its rest.\nNow.", .milliseconds(1_250))
        page.counter(
            "parley_ticks_total", "Steps that ran.", 7,
            labels: ["zone": "a \"quoted\" \\ name\r\nof two lines"])
        page.histogram("parley_commit_seconds", "Commits.", times, labels: ["store": "sqlite"])
        page.gauge("parley_players", "Players.", -0.000_001)
        return page
    }

    @Test func aPageIsReadAsItWasMeant() throws {
        let text = try PrometheusText(Self.page.text)
        #expect(text.kinds["parley_ticks_total"] == "counter")
        #expect(text.help["parley_lease_left_seconds"] == "The lease \\ its rest.\nNow.")
        #expect(text["parley_lease_left_seconds"] == 1.25)
        #expect(
            text["parley_ticks_total", ["zone": "a \"quoted\" \\ name\r\nof two lines"]] == 7)
        #expect(text["parley_commit_seconds_count", ["store": "sqlite"]] == 7)
        #expect(text["parley_commit_seconds_bucket", ["store": "sqlite", "le": "0.0001"]] == 3)
        #expect(text["parley_commit_seconds_bucket", ["store": "sqlite", "le": "0.00025"]] == 5)
        #expect(text["parley_commit_seconds_bucket", ["store": "sqlite", "le": "10"]] == 6)
        #expect(text["parley_players"] == -0.000_001)
        #expect(Self.page.text.contains("parley_ticks_total{zone=\"north\"} \(UInt64.max)\n"))
    }

    @Test func theSameSampleIsReplaced() throws {
        var page = Self.page
        page.gauge("parley_players", "Other words.", .infinity)
        let text = try PrometheusText(page.text)
        #expect(text["parley_players"] == .infinity)
        #expect(text.help["parley_players"] == "Players.")
        #expect(text.samples.count == (try PrometheusText(Self.page.text)).samples.count)
    }

    @Test func anEmptyPageIsEmpty() throws {
        #expect(MetricsPage().text == "")
    }

    /// The parser of the tests finds what is wrong.
    @Test(arguments: [
        "parley_a 1\n", "# HELP parley_a A.\n# TYPE parley_a gauge\nparley_a 1",
        "# HELP parley_a A.\n# TYPE parley_a counter\nparley_a 1\n",
        "# HELP parley_a A.\n# TYPE parley_a gauge\nparley_a{b=\"c\nd\"} 1\n",
        "# HELP parley_a A.\n# TYPE parley_a gauge\nparley_a 1\nparley_a 2\n",
        "# HELP parley_a A.\n# TYPE parley_a gauge\nparley_a one\n",
    ])
    func aFaultyPageIsNone(text: String) {
        #expect(throws: PrometheusText.Fault.self) { try PrometheusText(text) }
    }

    @Test(.needs("promtool", package: "prometheus")) func promtoolTakesThePage() throws {
        #expect(try PromTool.complaints(about: Self.page.text) == "")
    }

    @Test(.needs("promtool", package: "prometheus")) func promtoolFindsAFaultyPage() throws {
        let complaints = try PromTool.complaints(about: "parley_a{b=c} 1\n")
        #expect(complaints.contains("error"), "\(complaints)")
    }

    @Test func percentilesAreBounds() {
        var times = DurationHistogram()
        #expect(times.bound(of: 0.99) == nil)
        for _ in 0..<98 { times.note(.milliseconds(3)) }
        for _ in 0..<2 { times.note(.milliseconds(70)) }
        #expect(times.bound(of: 0.5) == .milliseconds(5))
        #expect(times.bound(of: 0.99) == .milliseconds(100))
        times.note(.seconds(60))
        #expect(times.bound(of: 1) == nil)
        times.note(.seconds(-1))
        #expect(times.counts[0] == 1)
    }
}
