internal import ParleySecurity
internal import ParleySockets
internal import Synchronization

/// Makes the transforms of a listener's connections, and leaves its key for clients on this machine.
final class ServerStreams: StreamTransformFactory {
    private struct State {
        var identity: TLSIdentity
        var context: TLSServerContext
        /// The port for which the key is remembered.
        var port: UInt16?
    }

    private let state: Mutex<State>
    let machine: any Machine
    private let answerToPlain: [UInt8]

    /// May block: OpenSSL reads its configuration.
    ///
    /// - Parameter answerToPlain: The last bytes for clients that do not encrypt.
    init(
        identity: TLSIdentity, machine: any Machine, answerToPlain: [UInt8]
    ) throws(TLSIdentityError) {
        self.machine = machine
        self.answerToPlain = answerToPlain
        state = Mutex(
            State(identity: identity, context: try TLSServerContext(identity: identity)))
    }

    /// The identity that new connections see.
    var identity: TLSIdentity { state.withLock { $0.identity } }

    func makeTransform() -> any StreamTransform {
        TLSStream(
            TLSEngine(accepting: state.withLock { $0.context }, answerToPlain: answerToPlain))
    }

    /// Shows another identity to connections from now on. May block.
    func replaceIdentity(_ identity: TLSIdentity) throws(ListenError) {
        let context: TLSServerContext
        do throws(TLSIdentityError) {
            context = try TLSServerContext(identity: identity)
        } catch {
            throw .identity(error)
        }
        // First, because it may fail: then everything stays as it is.
        if let port = state.withLock({ $0.port }) { try leave(identity.pin, for: port) }
        state.withLock { state in
            state.identity = identity
            state.context = context
        }
    }

    /// Leaves the key for clients on this machine. May block.
    func remember(port: UInt16) throws(ListenError) {
        let pin = state.withLock { state in
            state.port = port
            return state.identity.pin
        }
        try leave(pin, for: port)
    }

    private func leave(_ pin: PublicKeyPin, for port: UInt16) throws(ListenError) {
        do throws(LoopbackPinError) {
            try LoopbackKeys(machine: machine).write(pin, port: port)
        } catch {
            throw .loopbackPin(error)
        }
    }

    func listenerEnded() {
        let (pin, port) = state.withLock { ($0.identity.pin, $0.port) }
        guard let port else { return }
        let machine = machine
        machine.runBlocking { LoopbackKeys(machine: machine).remove(pin, port: port) }
    }
}
