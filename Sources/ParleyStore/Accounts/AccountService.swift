public import ParleyHandoff
public import ParleySockets

/// Logs players in: by their name alone, or by a password. Nothing but its limiter has a state, so any number of
/// servers can do it over one store.
public struct AccountService: Sendable {
    /// How a player proves who it is.
    public enum Logins: Sendable {
        /// Not at all: for development. An unknown name makes an account.
        case names
        /// By a password.
        case passwords(PasswordHasher)
    }

    private let store: any Store
    private let logins: Logins
    private let limiter: LoginLimiter?
    private let tokenLifetime: Duration

    /// A service over a store.
    ///
    /// - Parameters:
    ///   - store: Keeps the accounts.
    ///   - logins: How players prove who they are.
    ///   - limiter: Slows the guessing of passwords down; nil does not.
    ///   - tokenLifetime: How long a re-entry token is good, by the dates that the caller gives.
    public init(
        store: any Store, logins: Logins, limiter: LoginLimiter? = LoginLimiter(),
        tokenLifetime: Duration = .seconds(3_600)
    ) {
        self.store = store
        self.logins = logins
        self.limiter = limiter
        self.tokenLifetime = tokenLifetime
    }

    /// Makes an account with its character.
    ///
    /// - Parameters:
    ///   - name: The account's name.
    ///   - password: Up to ``PasswordHasher/longestPassword`` bytes. Names alone need none.
    public func create(_ name: AccountName, password: String = "") async -> StoreOutcome<
        CharacterID
    > {
        switch logins {
        case .names: return await store.perform(CreateAccount(name: name, password: nil))
        case .passwords(let hasher):
            return await hasher.record(of: password).then { record in
                await store.perform(CreateAccount(name: name, password: record))
            }
        }
    }

    /// Begins a session. A session that the player has elsewhere is replaced.
    ///
    /// - Parameters:
    ///   - name: The account's name.
    ///   - password: Its password. Names alone need none.
    ///   - address: Where it came from; nil for an operator's own call, whose wrong passwords are not counted.
    ///   - date: Seconds since 1970.
    public func logIn(
        _ name: AccountName, password: String = "", from address: SocketAddress? = nil,
        at date: Int64
    ) async -> StoreOutcome<PlayerLogin> {
        switch logins {
        case .names:
            return await store.perform(CreateAccount(name: name, password: nil)).then { _ in
                await begin(name, verified: nil, at: date)
            }
        case .passwords(let hasher):
            return await verify(password, of: name, by: hasher, from: address, at: date).then {
                record in await begin(name, verified: record, at: date)
            }
        }
    }

    /// Begins a session of a player who has a token from its last one. The token is spent.
    ///
    /// - Parameters:
    ///   - character: The player's character.
    ///   - token: The token of its last session.
    ///   - date: Seconds since 1970.
    public func reEnter(_ character: CharacterID, with token: ReEntryToken, at date: Int64) async
        -> StoreOutcome<PlayerLogin>
    {
        let next = ReEntryToken()
        let operation = ReEnter(
            character: character, presented: token.digest, date: date, digest: next.digest,
            expiry: expiry(from: date))
        return await store.perform(operation).then { .done(PlayerLogin($0, token: next)) }
    }

    /// The same, by the account's name.
    public func reEnter(_ name: AccountName, with token: ReEntryToken, at date: Int64) async
        -> StoreOutcome<PlayerLogin>
    {
        await store.perform(FindAccount(name: name)).then { account in
            guard let account else { return .refused(.notAuthenticated) }
            return await reEnter(account.character, with: token, at: date)
        }
    }

    /// Changes a password, and ends the re-entry token.
    ///
    /// - Parameters:
    ///   - name: The account's name.
    ///   - old: Its password.
    ///   - new: Its new password.
    ///   - address: Where the wish came from; nil for an operator's own call.
    ///   - date: Seconds since 1970. Wrong passwords are counted by it.
    public func changePassword(
        of name: AccountName, from old: String, to new: String,
        address: SocketAddress? = nil, at date: Int64 = 0
    ) async -> StoreOutcome<Bool> {
        guard case .passwords(let hasher) = logins else {
            return .refused(.malformed("there are no passwords"))
        }
        return await verify(old, of: name, by: hasher, from: address, at: date).then { record in
            await hasher.record(of: new).then { new in
                await store.perform(ChangePassword(name: name, verified: record, password: new))
            }
        }
    }

    /// The record of a password that is right.
    private func verify(
        _ password: String, of name: AccountName, by hasher: PasswordHasher,
        from address: SocketAddress?, at date: Int64
    ) async -> StoreOutcome<PasswordRecord> {
        if let limiter, let address, let wait = limiter.take(name, from: address, at: date) {
            return .refused(.tooManyPasswords(seconds: wait))
        }
        let outcome = await verify(password, of: name, by: hasher)
        if let limiter, let address, outcome != .refused(.notAuthenticated) {
            limiter.giveBack(name, from: address, at: date, isRight: outcome.value != nil)
        }
        return outcome
    }

    private func verify(_ password: String, of name: AccountName, by hasher: PasswordHasher)
        async -> StoreOutcome<PasswordRecord>
    {
        await store.perform(FindAccount(name: name)).then { account in
            // An unknown name takes as long as a wrong password.
            let record = account?.password
            return await hasher.verify(password, record ?? hasher.nobody).then { isRight in
                guard isRight, let record else { return .refused(.notAuthenticated) }
                return .done(record)
            }
        }
    }

    private func begin(_ name: AccountName, verified: PasswordRecord?, at date: Int64) async
        -> StoreOutcome<PlayerLogin>
    {
        let token = ReEntryToken()
        let operation = LogIn(
            name: name, verified: verified, digest: token.digest, expiry: expiry(from: date))
        return await store.perform(operation).then { .done(PlayerLogin($0, token: token)) }
    }

    private func expiry(from date: Int64) -> Int64 {
        let (sum, overflow) = date.addingReportingOverflow(tokenLifetime.components.seconds)
        return overflow ? .max : sum
    }
}

/// A session that has begun.
public struct PlayerLogin: Hashable, Sendable {
    /// The player's character: where it is, and its newest login.
    public var record: CharacterRecord
    /// What lets the player back in without a password.
    public var token: ReEntryToken

    init(_ record: CharacterRecord, token: ReEntryToken) {
        self.record = record
        self.token = token
    }
}

extension StoreOutcome {
    /// Goes on with what was done; a refusal and an unknown outcome stay what they are.
    func then<Next>(_ next: (Done) async -> StoreOutcome<Next>) async -> StoreOutcome<Next> {
        switch self {
        case .done(let value): await next(value)
        case .refused(let refusal): .refused(refusal)
        case .unknown(let reason): .unknown(reason)
        }
    }
}
