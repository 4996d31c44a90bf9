package import ParleySecurity
import ParleySockets

/// TLS between the servers of a realm: each end shows a certificate of the realm's authority, and demands one.
package final class RealmSecurity: Sendable {
    private let server: TLSServerContext
    private let client: TLSClientContext

    /// Loads a server's credentials. May block: OpenSSL reads its configuration.
    package init(_ credentials: RealmCredentials) throws(TLSIdentityError) {
        server = try TLSServerContext(realm: credentials)
        client = try TLSClientContext(realm: credentials)
    }

    /// The streams of a listener, whose machine's date judges certificates.
    func streams(on machine: any Machine) -> any StreamTransformFactory {
        Streams(context: server, machine: machine)
    }

    /// The stream of a connection to another server.
    func stream(
        host: String, port: UInt16, machine: any Machine
    ) throws(SecurityFailure) -> any StreamTransform {
        do throws(TLSTrustError) {
            return TLSStream(
                try TLSEngine(connecting: client, host: host, port: port, time: machine.date))
        } catch {
            throw SecurityFailure(error, isLostConnection: false)
        }
    }

    private final class Streams: StreamTransformFactory {
        private let context: TLSServerContext
        private let machine: any Machine

        init(context: TLSServerContext, machine: any Machine) {
            self.context = context
            self.machine = machine
        }

        func makeTransform() -> any StreamTransform {
            TLSStream(TLSEngine(accepting: context, time: machine.date))
        }

        func listenerEnded() {}
    }
}
