import ParleySecurity
import Testing

/// An engine and what it has delivered.
final class Endpoint {
    let engine: TLSEngine
    private(set) var received: [UInt8] = []
    private var scratch = [UInt8](repeating: 0, count: TLSEngine.largestRecord)
    var now = Duration.zero

    init(_ engine: TLSEngine) { self.engine = engine }

    /// The plaintext so far, as text.
    var text: String { String(decoding: received, as: UTF8.self) }

    func receive(_ bytes: [UInt8]) throws(TLSError) {
        var memory: [UInt8] = []
        swap(&memory, &scratch)
        defer { swap(&memory, &scratch) }
        var space = memory.mutableSpan
        try engine.receive(bytes.span, at: now, scratch: &space) { plaintext in
            received.append(contentsOf: plaintext.copy)
        }
    }

    /// Seals a text, all of which must fit.
    func say(_ text: String) throws {
        try #require(try engine.seal(Array(text.utf8).span) == text.utf8.count)
    }

    /// What waits to leave.
    func takeOutput() -> [UInt8] {
        let output = engine.withOutput { $0.copy }
        engine.consumeOutput(output.count)
        return output
    }
}

/// A client and a server that are connected by nothing but memory.
final class EnginePair {
    let client: Endpoint
    let server: Endpoint
    /// All that has travelled.
    private(set) var transcript: [UInt8] = []

    init(
        identity: TLSIdentity? = nil, trust: TLSTrust? = nil, host: String = "localhost",
        time: Int64 = 1_900_000_000, limits: TLSEngine.Limits = TLSEngine.Limits()
    ) throws {
        // A seeded test makes its identity from its seed; others share one.
        let identity = try identity ?? TLSIdentity()
        server = Endpoint(
            TLSEngine(accepting: try TLSServerContext(identity: identity), limits: limits))
        client = Endpoint(
            try TLSEngine(
                connecting: TLSClientContext(trust: trust ?? .pin(identity.pin)), host: host,
                port: 9_099, time: time, limits: limits))
    }

    /// Two ends as they are.
    init(client: TLSEngine, server: TLSEngine) {
        self.client = Endpoint(client)
        self.server = Endpoint(server)
    }

    /// Carries what waits once in each direction. Returns whether there was something.
    func carry() throws(TLSError) -> Bool {
        let (up, down) = (client.takeOutput(), server.takeOutput())
        transcript += up + down
        try server.receive(up)
        try client.receive(down)
        return !up.isEmpty || !down.isEmpty
    }

    /// Carries until nothing waits.
    func settle() throws(TLSError) {
        while try carry() {}
    }

    /// Carries until nothing waits; then both ends are established.
    func handshake() throws {
        try settle()
        try #require(client.engine.state == .established && server.engine.state == .established)
    }
}
