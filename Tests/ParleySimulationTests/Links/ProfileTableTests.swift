import Foundation
import ParleySimulation
import Testing

/// The table of profiles in the documentation agrees with the profiles.
@Suite struct ProfileTableTests {
    @Test func everyProfileHasItsRow() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "Documentation/Testing.md"), encoding: .utf8)
        for name in LinkProfile.names {
            let profile = try #require(LinkProfile.named(name))
            let row = row(name, profile)
            #expect(page.contains(row), "the page lacks \(row)")
        }
    }

    private func row(_ name: String, _ profile: LinkProfile) -> String {
        let cells = [
            "`\(name)`", time(profile.latency), time(profile.jitter), loss(profile.loss),
            share(profile.duplication), reordering(profile.reordering),
            share(profile.corruption), share(profile.truncation),
            profile.bandwidth.map { "\(size($0))/s, \(size(profile.queue))" } ?? "–",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func time(_ duration: Duration) -> String {
        duration == .zero ? "–" : "\(number(duration / .milliseconds(1))) ms"
    }

    private func share(_ probability: Double) -> String {
        probability == 0 ? "–" : "\(number(probability * 100)) %"
    }

    private func loss(_ model: LossModel) -> String {
        guard case .bursts(let bursts) = model else { return share(model.mean) }
        return "\(share(model.mean)), \(number(bursts.meanBurst)) in a row"
    }

    private func reordering(_ reordering: Reordering) -> String {
        guard reordering.probability > 0 else { return "–" }
        return "\(share(reordering.probability)), by \(time(reordering.delay))"
    }

    private func size(_ bytes: Int) -> String {
        bytes < 1_000_000
            ? "\(number(Double(bytes) / 1000)) kB" : "\(number(Double(bytes) / 1_000_000)) MB"
    }

    private func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
