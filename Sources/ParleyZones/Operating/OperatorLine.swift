import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import Synchronization

/// A command that has no answer yet.
final class OperatorCall: Sendable {
    /// The server's last word, and which server said it.
    let answer = Promise<(content: OperatorAnswer.Content, world: Int)>()
    /// When a server last said that it has the command; nil before.
    let heardAt = Mutex<NetworkInstant?>(nil)
    /// The servers that may have the command.
    let asked = Mutex<Set<Int>>([])
}

/// What a command of an operator came to.
struct OperatorResult {
    /// The first server's answer.
    var content: OperatorAnswer.Content
    /// Which server that is.
    var world: Int
    /// How many servers may have the command.
    var asked: Int
}

/// An operator's links with the world servers of a realm, and the commands that are under way over them.
final class OperatorLine: Sendable {
    private let node: PeerNode
    private let keys: RealmKeys
    private let network: any Network
    private let calls = Mutex<[UInt64: OperatorCall]>([:])

    /// How often a command is sent until it is answered.
    private static let interval = Duration.milliseconds(200)
    /// How long a server may say nothing before the next one is asked.
    static let silence = Duration.milliseconds(1_200)

    /// The line of an operator that has these keys. It is silent until ``run()``.
    init(_ node: PeerNode, keys: RealmKeys, network: any Network) {
        (self.node, self.keys, self.network) = (node, keys, network)
    }

    /// Serves the links until the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.node.run() }
            group.addTask { await self.receive() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func receive() async {
        for await received in node.received {
            guard case .operated(let sealed) = received.message,
                case .world(let world) = received.sender,
                let answer = OperatorAnswer(opening: sealed, by: keys),
                let call = calls.withLock({ $0[answer.number] })
            else { continue }
            if answer.content == .underWay {
                call.heardAt.withLock { $0 = network.clock.now }
            } else {
                call.answer.fulfil((answer.content, world))
            }
        }
    }

    /// Asks the first of some world servers, and the next one whenever one is silent.
    ///
    /// - Parameter patience: How long all of them may be silent.
    /// - Throws: ``OperatorError``.
    func ask(
        _ command: OperatorCommand, on basis: OperatorBasis, of worlds: [Int], patience: Duration
    ) async throws -> OperatorResult {
        var random = network.makeRandomNumberGenerator()
        let (number, call): (UInt64, _) = (random.next(), OperatorCall())
        calls.withLock { $0[number] = call }
        defer { calls.withLock { $0[number] = nil } }
        return try await withThrowingTaskGroup(
            of: (content: OperatorAnswer.Content, world: Int)?.self
        ) { group in
            group.addTask { try await call.answer.value() }
            group.addTask {
                try await self.repeating(
                    OperatorEnvelope(command, on: basis, number: number, second: 0), call, worlds,
                    patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw OperatorError.noAnswer }
            return OperatorResult(
                content: answer.content, world: answer.world,
                asked: call.asked.withLock { $0.count })
        }
    }

    /// Sends a command again and again. Returns when all servers have been silent for too long.
    private func repeating(
        _ envelope: OperatorEnvelope, _ call: OperatorCall, _ worlds: [Int], _ patience: Duration
    ) async throws {
        let clock = network.clock
        let start = clock.now
        var (turn, since) = (0, start)
        while true {
            let now = clock.now
            let heard = call.heardAt.withLock { $0 }
            guard (heard ?? start).duration(to: now) < patience else { return }
            if max(heard ?? since, since).duration(to: now) >= Self.silence {
                (turn, since) = (turn + 1, now)
            }
            let world = worlds[turn % worlds.count]
            // Sealed anew, since a command is good for a minute only, and a copy of the store may take longer.
            var envelope = envelope
            envelope.second = UInt64(max(0, network.nextSocketLoop().machine.date))
            guard let sealed = envelope.sealed(by: keys, for: world) else {
                throw OperatorError.keyIsWornOut
            }
            _ = call.asked.withLock { $0.insert(world) }
            node.send(.operate(sealed), to: .world(world))
            try await clock.sleep(for: Self.interval)
        }
    }
}
