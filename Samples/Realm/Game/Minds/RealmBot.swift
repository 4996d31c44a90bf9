package import Parley
package import ParleyZones
import Synchronization

/// A player without a person.
package final class RealmBot: Sendable {
    package let client: RealmClient<RealmRules>
    private let range: Wanderer.Range
    private let silence = Mutex(SilenceMeter())

    /// A bot that knocks at a world server, of this machine unless a host is named.
    package convenience init(
        named name: String, port: UInt16, host: String = "127.0.0.1", network: any Network
    ) {
        self.init(named: name, worlds: [WorldAddress(host: host, port: port)], network: network)
    }

    /// A bot that knocks at world servers.
    ///
    /// - Parameters:
    ///   - discardsNotices: False if somebody reads the notices of its client.
    ///   - range: Where it walks.
    package init(
        named name: String, worlds: [WorldAddress], discardsNotices: Bool = true,
        in range: Wanderer.Range = .everywhere, network: any Network
    ) {
        self.range = range
        var configuration = RealmClientConfiguration()
        configuration.discardsNotices = discardsNotices
        client = RealmClient(
            at: worlds, as: .name(name), configuration: configuration, network: network)
    }

    /// What it has heard, and how long it has heard nothing.
    package var meter: SilenceMeter { silence.withLock { $0 } }

    /// Plays until cancelled, or until the session is over.
    ///
    /// - Throws: `RealmClientError`.
    package func play() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.client.run() }
            group.addTask { try await self.walk() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func walk() async throws {
        let clock = client.network.clock
        var mind = Wanderer(client.network.makeRandomNumberGenerator(), in: range)
        while true {
            try await clock.sleep(for: Self.pause)
            guard let frame = client.frame(), let body = frame.game.authoritative,
                let tick = frame.game.authoritativeTick
            else { continue }
            let now = Duration.nanoseconds(clock.now.nanoseconds)
            silence.withLock { $0.note(frame.zone.text, Int(tick.number), at: now) }
            client.command = mind.command(at: frame.me?.position ?? body.position)
            if mind.acts(onceIn: 1_000) { try client.request(.wave) }
            if mind.acts(onceIn: 1_000) { try client.request(.give) }
        }
    }

    /// How often it looks. It is the precision of what it measures, too.
    private static let pause = Duration.milliseconds(10)
}
