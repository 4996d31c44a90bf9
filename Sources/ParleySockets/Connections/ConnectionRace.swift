/// Connects to the first of several addresses that answers: "Happy Eyeballs", RFC 8305.
///
/// The attempts start 250 ms after one another, or as soon as the one before has failed, and go on
/// together. The first that succeeds wins, and the others are abandoned.
///
/// `@unchecked Sendable`: the variables are used on the loop only.
final class ConnectionRace: @unchecked Sendable {
    private let addresses: [SocketAddress]
    private let loop: any SocketLoop
    private let options: [SocketOption]
    private let result = Promise<Result<any StreamPort, Failure>>()
    /// The attempts started, in the order of `addresses`.
    private var attempts: [StreamAttempt] = []
    private var failures: [Int: SystemError] = [:]
    private var nextStart: LoopTimer?
    private var end: LoopTimer?

    /// The time between the starts of two attempts.
    static let attemptDelay = Duration.milliseconds(250)

    /// No address has answered.
    struct Failure: Error {
        let attempts: [ConnectError.Attempt]
        let isOutOfTime: Bool
    }

    init(to addresses: [SocketAddress], on loop: any SocketLoop, options: [SocketOption]) {
        self.addresses = Self.interleaved(addresses)
        self.loop = loop
        self.options = options
    }

    /// The addresses with the families in turn, beginning with that of the first one.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.isIPv4 == first.isIPv4 }
        let others = addresses.filter { $0.isIPv4 != first.isIPv4 }
        return (0..<max(preferred.count, others.count)).flatMap {
            preferred.dropFirst($0).prefix(1) + others.dropFirst($0).prefix(1)
        }
    }

    /// Waits for the connection, or the reason why there is none.
    ///
    /// - Throws: `ConnectError.cancelled` only.
    func outcome(by deadline: NetworkInstant) async throws(ConnectError)
        -> Result<any StreamPort, Failure>
    {
        loop.perform { self.begin(deadline: deadline) }
        do {
            return try await result.value()
        } catch {
            loop.perform { self.abandon() }
            throw .cancelled
        }
    }

    private func begin(deadline: NetworkInstant) {
        guard result.current == nil else { return }
        end = loop.schedule(at: deadline) { self.runOutOfTime() }
        startNext()
    }

    private func startNext() {
        if let nextStart { loop.cancel(nextStart) }
        nextStart = nil
        guard result.current == nil else { return }
        guard attempts.count < addresses.count else {
            if failures.count == addresses.count { fail(isOutOfTime: false) }
            return
        }
        let index = attempts.count
        let attempt = StreamAttempt(race: self, index: index)
        attempts.append(attempt)
        if index + 1 < addresses.count {
            nextStart = loop.schedule(at: loop.now.advanced(by: Self.attemptDelay)) {
                self.startNext()
            }
        }
        attempt.start(to: addresses[index], on: loop, options: options)
    }

    /// An attempt has failed: the next one starts at once.
    fileprivate func attempt(_ index: Int, failedWith error: SystemError) {
        failures[index] = error
        startNext()
    }

    fileprivate func attempt(_ index: Int, connected port: any StreamPort) {
        finish(.success(port))
    }

    private func runOutOfTime() {
        for index in attempts.indices where failures[index] == nil { failures[index] = .timedOut }
        fail(isOutOfTime: true)
    }

    private func fail(isOutOfTime: Bool) {
        let tried = failures.sorted { $0.key < $1.key }.map {
            ConnectError.Attempt(address: addresses[$0.key], error: $0.value)
        }
        finish(.failure(Failure(attempts: tried, isOutOfTime: isOutOfTime)))
    }

    /// Ends the race with the first result.
    private func finish(_ outcome: Result<any StreamPort, Failure>) {
        guard result.fulfil(outcome) else { return }
        for timer in [nextStart, end].compactMap({ $0 }) { loop.cancel(timer) }
        for attempt in attempts { attempt.stop() }
        attempts = []
    }

    /// Nothing waits for the result any more: ends the race, or closes the connection that it made.
    private func abandon() {
        fail(isOutOfTime: true)
        if case .success(let port) = result.current { port.close() }
    }
}

/// One attempt to connect to one address.
///
/// `@unchecked Sendable`: the variables are used on the loop only.
private final class StreamAttempt: PortHandler, @unchecked Sendable {
    private let race: ConnectionRace
    private let index: Int
    private var port: (any StreamPort)?

    init(race: ConnectionRace, index: Int) {
        self.race = race
        self.index = index
    }

    func start(to address: SocketAddress, on loop: any SocketLoop, options: [SocketOption]) {
        do throws(SystemError) {
            let port = try loop.openStream(to: address, options: options)
            self.port = port
            try port.start(self, reading: false, writing: true)
        } catch {
            stop()
            race.attempt(index, failedWith: error)
        }
    }

    /// Closes the socket of an attempt that has not ended.
    func stop() {
        port?.close()
        port = nil
    }

    func portBecameReadable() {}

    func portBecameWritable() {
        guard let port else { return }
        if let error = port.connectError() {
            stop()
            race.attempt(index, failedWith: error)
        } else {
            self.port = nil
            port.stop()
            race.attempt(index, connected: port)
        }
    }
}
