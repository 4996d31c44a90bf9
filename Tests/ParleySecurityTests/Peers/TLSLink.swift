import ParleySecurity

/// An engine over a real connection.
final class TLSLink {
    let endpoint: Endpoint
    let socket: BlockingSocket

    init(_ engine: TLSEngine, over socket: BlockingSocket) {
        endpoint = Endpoint(engine)
        self.socket = socket
    }

    private func flush() {
        let output = endpoint.takeOutput()
        if !output.isEmpty { socket.write(output) }
    }

    /// Reads until that is so, or the peer's stream ends.
    func run(until isDone: (Endpoint) -> Bool) throws(TLSError) {
        flush()
        while !isDone(endpoint) {
            guard let bytes = try? socket.read() else {
                try endpoint.engine.receiveEnd()
                return
            }
            defer { flush() }
            try endpoint.receive(bytes)
        }
    }

    func handshake() throws(TLSError) {
        try run { $0.engine.state != .handshaking }
    }

    func say(_ text: String) throws {
        try endpoint.say(text)
        flush()
    }

    /// Reads until the peer has said that.
    func wait(for text: String) throws(TLSError) {
        try run { $0.text.contains(text) }
    }

    /// Reads until the peer has ended.
    func waitForEnd() throws(TLSError) {
        try run { _ in false }
    }

    func finish() {
        endpoint.engine.finish()
        flush()
        socket.finish()
    }
}
