import ParleyDatagrams
import ParleySimulation
import ParleySockets
import Synchronization

extension Property {
    /// A few sockets, of both framings, that send to each other.
    static let datagramsAreNeverInvented = Property(
        "datagrams-are-never-invented",
        "UDP delivers only datagrams sent to that socket, at most twice; a damaged datagram is "
            + "rejected by its checksum; and a socket counts its drops."
    ) { trial in
        var random = trial.generator()
        let framing: DatagramFraming = Bool.random(using: &random) ? .checksummed : .raw
        let count = Int.random(in: 2...4, using: &random)
        let mail = Mail(framing: framing, profile: trial.conditions.links)
        let isOpen = Gate(awaits: count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                group.addTask {
                    try await trial.station(on: "host \(index)") { station in
                        try await Exchange(trial: trial, mail: mail, index: index, count: count)
                            .run(station.manager, framing: framing, isOpen)
                    }
                }
            }
            try await group.waitForAll()
        }
        let isOrderly = trial.conditions.faults == .none && trial.conditions.linkName == "perfect"
        try mail.check(isOrderly: isOrderly)
    }
}

/// A socket that sends to the others and receives from them.
private struct Exchange: Sendable {
    let trial: Trial
    let mail: Mail
    let index: Int
    let count: Int

    private static let port: UInt16 = 4_000

    func run(_ manager: ConnectionManager, framing: DatagramFraming, _ isOpen: Gate) async throws {
        let socket = try await manager.openUDP(
            port: Self.port, options: DatagramSocketOptions(framing: framing))
        trial.witness.see(socket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await received in socket.datagrams {
                    try mail.receive(received.datagram, at: index)
                }
            }
            await isOpen.pass()
            // Half of them send from a socket that a router may give another number.
            let sender =
                trial.chance(0...1) == 0
                ? socket
                : try await manager.openUDP(options: DatagramSocketOptions(framing: framing))
            trial.witness.see(sender)
            try await send(over: sender, manager.network)
            // Datagrams under way may still arrive; the slowest link takes seconds.
            try await trial.sleep(.seconds(20))
            let statistics = await socket.statistics
            mail.note(statistics)
            await socket.close()
            try await group.waitForAll()
        }
    }

    private func send(over socket: DatagramSocket, _ network: any Network) async throws {
        var random = trial.generator()
        for _ in 0..<Int.random(in: 0...80, using: &random) {
            let target = Int.random(in: 0..<count, using: &random)
            let address = try await network.resolve("host \(target)", port: Self.port)[0]
            let isLarge = Int.random(in: 0..<10, using: &random) == 0
            let size = Int.random(in: 0...(isLarge ? 60_000 : 100), using: &random)
            let datagram = mail.write(size, to: target, using: &random)
            try await socket.send(datagram, to: address)
            if Bool.random(using: &random) { try await trial.sleep(upTo: .milliseconds(200)) }
        }
    }
}

/// All datagrams that were sent, to compare those that arrive with.
private final class Mail: Sendable {
    private struct Letter {
        let bytes: Datagram
        let recipient: Int
        var received = 0
    }

    private struct State {
        var letters: [Letter] = []
        var received = 0
        var dropped = 0
        var invalid = 0
    }

    private let framing: DatagramFraming
    private let profile: LinkProfile
    private let state = Mutex(State())

    init(framing: DatagramFraming, profile: LinkProfile) {
        self.framing = framing
        self.profile = profile
    }

    /// A new datagram, unlike any other: it begins with its number.
    func write(_ size: Int, to recipient: Int, using random: inout SeededGenerator) -> Datagram {
        state.withLock { state in
            var bytes = Datagram { $0.append(UInt32(state.letters.count)) }
            while bytes.count < size { bytes.append(random.next()) }
            state.letters.append(Letter(bytes: bytes, recipient: recipient))
            return bytes
        }
    }

    func receive(_ bytes: Datagram, at recipient: Int) throws {
        let number = try? bytes.firstNumber
        let isKnown = state.withLock { state in
            state.received += 1
            guard let number, number < state.letters.count,
                state.letters[Int(number)].bytes == bytes,
                state.letters[Int(number)].recipient == recipient
            else { return false }
            state.letters[Int(number)].received += 1
            return true
        }
        if !isKnown {
            try require(
                isDamaged(bytes, for: recipient),
                "a datagram of \(bytes.count) bytes came to "
                    + "host \(recipient) that nobody has sent to it")
        }
    }

    /// Whether it is what a link that damages datagrams may have made of one.
    ///
    /// A checksum that is a sum of bytes does not notice that zeros are missing at the end.
    private func isDamaged(_ bytes: Datagram, for recipient: Int) -> Bool {
        state.withLock { state in
            state.letters.contains { letter in
                guard letter.recipient == recipient else { return false }
                let sent = letter.bytes.bytes
                if bytes.count < sent.count {
                    return profile.truncation > 0 && sent.starts(with: bytes.bytes)
                }
                guard framing == .raw, profile.corruption > 0, bytes.count == sent.count else {
                    return false
                }
                let flipped = zip(sent, bytes.bytes).map { ($0 ^ $1).nonzeroBitCount }
                return flipped.reduce(0, +) == 1
            }
        }
    }

    func note(_ statistics: DatagramSocketStatistics) {
        state.withLock { state in
            state.dropped += statistics.droppedBySystem + statistics.droppedUnread
            state.invalid += statistics.invalid
        }
    }

    func check(isOrderly: Bool) throws {
        let state = state.withLock { $0 }
        // A flipped bit can make another one's number of a number.
        let isExact = framing == .checksummed || profile.corruption == 0
        let most = !isExact ? Int.max : profile.duplication > 0 ? 2 : 1
        for (number, letter) in state.letters.enumerated() {
            try require(letter.received <= most, "\(number) came \(letter.received) times")
        }
        let damages = profile.corruption > 0 || profile.truncation > 0
        try require(damages || state.invalid == 0, "\(state.invalid) datagrams are invalid")
        guard isOrderly else { return }
        let sum = state.received + state.dropped
        try require(
            sum == state.letters.count,
            "of \(state.letters.count) sent, \(state.received) came and \(state.dropped) are counted"
        )
    }
}
