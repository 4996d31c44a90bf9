import Parley
import SampleSupport

/// The text over the picture while the server does not answer, so that a lost server never looks alive.
struct LinkAlert: Sendable {
    /// The silence after which the server counts as not answering. Snapshots come 20 times a second.
    static let patience = Duration.seconds(1)

    private let start: NetworkInstant
    private var newest: (tick: Tick, time: NetworkInstant)?

    /// Begins to watch at the time of the first attempt to connect.
    init(since start: NetworkInstant) {
        self.start = start
    }

    /// Records the newest tick of the server that the client has.
    mutating func note(_ tick: Tick?, at now: NetworkInstant) {
        guard let tick, tick != newest?.tick else { return }
        newest = (tick, now)
    }

    /// The text to show now; nil while the server answers.
    func text(
        _ state: ClientConnectionState, _ server: Endpoint, at now: NetworkInstant
    ) -> String? {
        switch state {
        case .joining:
            return "connecting to \(server) … \(seconds(since: start, now))"
        case .silent(let since):
            return "no answer for \(seconds(since: since, now))"
        case .reconnecting(let since):
            return "connection lost \(seconds(since: since, now)) ago, reconnecting …"
        case .ended:
            return "the session has ended"
        case .playing:
            guard let newest else { return "waiting for the first snapshot …" }
            let silence = newest.time.duration(to: now)
            return silence < Self.patience
                ? nil : "no answer for \(seconds(since: newest.time, now))"
        }
    }

    private func seconds(since start: NetworkInstant, _ now: NetworkInstant) -> String {
        "\(start.duration(to: now).components.seconds) s"
    }
}
