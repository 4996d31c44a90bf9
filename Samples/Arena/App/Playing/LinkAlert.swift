import Parley
import SampleSupport

/// The text over the picture while the game does not go on, so that a lost server never looks alive.
struct LinkAlert: Sendable {
    let state: ClientConnectionState
    let server: Endpoint
    /// Whether there is something to draw.
    let hasFrame: Bool

    /// The text to show now; nil while the game goes on.
    func text(at now: NetworkInstant) -> String? {
        switch state {
        case .joining(.resolving, let since):
            "looking up \(server.host) … \(seconds(since, now))"
        case .joining(.connecting, let since):
            "connecting to \(server) … \(seconds(since, now))"
        case .joining(.waitingForServer, let since):
            "connected to \(server), no answer for \(seconds(since, now))"
        case .playing:
            hasFrame ? nil : "waiting for the first snapshot …"
        case .silent(let since):
            "no answer for \(seconds(since, now))"
        case .playingOverTCP(let since):
            "playing over TCP for \(seconds(since, now)): UDP is blocked"
        case .reconnecting(let since):
            "connection lost \(seconds(since, now)) ago, reconnecting …"
        case .ended:
            "the session has ended"
        }
    }

    private func seconds(_ since: NetworkInstant, _ now: NetworkInstant) -> String {
        "\(since.duration(to: now).components.seconds) s"
    }
}
