import Parley
import SampleSupport

/// A server to play on, and how it is verified.
struct Destination: Sendable, CustomStringConvertible {
    let server: Endpoint
    let security: StreamSecurity.Client

    init(_ server: Endpoint, _ security: StreamSecurity.Client = .automatic) {
        self.server = server
        self.security = security
    }

    /// That of `--invite`, or else of `--to`.
    init(_ arguments: Arguments) throws(UsageError) {
        guard !arguments.isGiven(Options.invite) || !arguments.isGiven(Options.server) else {
            throw UsageError("an invite names its server: give --invite or --to, not both")
        }
        if let invite = arguments[Options.invite] {
            self.init(Endpoint(host: invite.host, port: invite.port), .invite(invite))
        } else {
            self.init(arguments[Options.server])
        }
    }

    var description: String { server.description }

    /// The configuration of a client that plays there.
    var client: GameClientConfiguration { GameClientConfiguration(security: security) }
}
