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
        case .joining(.resolving, _): state.text(at: now, server: server.host)
        case .playing: hasFrame ? nil : "waiting for the first snapshot …"
        default: state.text(at: now, server: "\(server)")
        }
    }
}
