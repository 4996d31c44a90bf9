internal import ParleySockets
internal import Synchronization

/// Slows the guessing of passwords down, for each account and each network that passwords come from.
///
/// Wrong passwords are counted, right ones are not. Nobody is locked out: an account that is being guessed takes a
/// password every few seconds from anywhere, and any number from a network where its player has logged in before.
/// A network is an IPv4 address, or an IPv6 network of 64 bits.
///
/// The limiter is memory of one process. Any thread may use it.
public final class LoginLimiter: Sendable {
    /// How many wrong passwords are taken.
    public struct Limits: Sendable, Hashable {
        /// Wrong passwords that one account takes at once.
        public var accountBurst: Int64 = 20
        /// Seconds until an account takes another one.
        public var accountInterval: Int64 = 3
        /// Wrong passwords that one network may send at once.
        public var networkBurst: Int64 = 10
        /// Seconds until a network may send another one.
        public var networkInterval: Int64 = 10
        /// How many accounts and networks are remembered, and how many networks of players. At the bound those
        /// are forgotten that have sent the fewest wrong passwords, or logged in the longest ago.
        public var mostEntries = 65_536

        /// The defaults.
        public init() {}
    }

    private enum Key: Hashable {
        case account(AccountName)
        case network(SocketAddress)
    }

    private struct Home: Hashable {
        var account: AccountName
        var network: SocketAddress
    }

    private struct State {
        /// When each bucket is full again, in seconds since 1970.
        var fullAt: [Key: Int64] = [:]
        /// Where players have logged in, and when.
        var homes: [Home: Int64] = [:]
    }

    private let limits: Limits
    private let state = Mutex(State())

    /// A limiter that has seen nothing.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes the right to one wrong password.
    ///
    /// - Parameters:
    ///   - name: The account, whether there is one of that name or not.
    ///   - address: Where the password came from.
    ///   - date: Seconds since 1970.
    /// - Returns: Nil if the password may be verified; otherwise the seconds to wait.
    func take(_ name: AccountName, from address: SocketAddress, at date: Int64) -> Int64? {
        let keys = keys(name, address)
        return state.withLock { state in
            let isHome = state.homes[Home(account: name, network: address.accountable)] != nil
            let counted = isHome ? [keys.network] : [keys.network, keys.account]
            let wait = counted.map { self.wait(state.fullAt[$0], $0, at: date) }.max() ?? 0
            guard wait <= 0 else { return wait }
            // A home's wrong passwords count for the account, too, but wait for nobody else's.
            for key in [keys.network, keys.account] { spend(key, at: date, &state) }
            return nil
        }
    }

    /// Gives the right back: the password was right, or was not verified.
    ///
    /// - Parameter isRight: Whether the player has logged in, so that the address is a home of the account.
    func giveBack(_ name: AccountName, from address: SocketAddress, at date: Int64, isRight: Bool) {
        let keys = keys(name, address)
        state.withLock { state in
            for key in [keys.network, keys.account] {
                guard let full = state.fullAt[key] else { continue }
                let earlier = full - limit(key).interval
                state.fullAt[key] = earlier > date ? earlier : nil
            }
            guard isRight else { return }
            state.homes[Home(account: name, network: address.accountable)] = date
            guard state.homes.count > limits.mostEntries else { return }
            let newest = state.homes.sorted { $0.value > $1.value }.prefix(limits.mostEntries / 2)
            state.homes = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
        }
    }

    private func keys(_ name: AccountName, _ address: SocketAddress) -> (account: Key, network: Key)
    {
        (.account(name), .network(address.accountable))
    }

    private func limit(_ key: Key) -> (burst: Int64, interval: Int64) {
        switch key {
        case .account: (max(limits.accountBurst, 1), max(limits.accountInterval, 1))
        case .network: (max(limits.networkBurst, 1), max(limits.networkInterval, 1))
        }
    }

    /// The seconds until the bucket has a token; 0 or less if it has one.
    private func wait(_ fullAt: Int64?, _ key: Key, at date: Int64) -> Int64 {
        guard let fullAt else { return 0 }
        let (burst, interval) = limit(key)
        // A date that went back makes nobody wait for longer than an empty bucket does.
        let empty = burst * interval
        let missing = min(fullAt &- date, empty)
        return missing - (burst - 1) * interval
    }

    private func spend(_ key: Key, at date: Int64, _ state: inout State) {
        let (burst, interval) = limit(key)
        let missing = min(max((state.fullAt[key] ?? date) &- date, 0), (burst - 1) * interval)
        state.fullAt[key] = date &+ missing &+ interval
        guard state.fullAt.count > limits.mostEntries else { return }
        let emptiest = state.fullAt.filter { $0.value > date }.sorted { $0.value > $1.value }
            .prefix(limits.mostEntries / 2)
        state.fullAt = Dictionary(uniqueKeysWithValues: emptiest.map { ($0.key, $0.value) })
    }
}
