import CBenchmarkBaseline
import Parley
import ParleyZones
import RealmGame
import Synchronization

/// Players who log in at a realm's first world server, or at the next one, one after another.
final class RealmNewcomers: Sendable {
    private let arguments: RoleArguments
    private let network: any Network
    /// When each had its session.
    private let welcomes = Mutex<[Int64]>([])

    init(_ arguments: RoleArguments, _ network: any Network) {
        self.arguments = arguments
        self.network = network
    }

    /// When the first one came in after a moment.
    func welcome(since moment: Int64) -> [String: Int64] {
        let first = welcomes.withLock { $0.first { $0 > moment } }
        return ["count": first == nil ? 0 : 1, "first": (first ?? moment) - moment]
    }

    /// Lets one after another come and go, until cancelled.
    func knock() async throws {
        var number = 0
        while true {
            number += 1
            let client = RealmClient<RealmRules>(
                at: Travellers.worlds(arguments), as: .name("newcomer-\(number)"),
                network: network)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                while client.character == nil {
                    try await network.clock.sleep(for: .milliseconds(2))
                }
                welcomes.withLock { $0.append(bench_now()) }
                group.cancelAll()
            }
        }
    }
}
