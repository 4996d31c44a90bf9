import ParleyHandoff
import ParleySockets
import Testing

@testable import ParleyStore

@Suite struct AccountTests {
    /// As little work as scrypt allows.
    static let cheap = PasswordHasher.Cost(logarithm: 1, blockSize: 1, parallelism: 1)

    static func name(_ text: String) throws -> AccountName { try #require(AccountName(text)) }

    private func withPasswords(
        _ kind: StoreKind, _ body: (any Store, AccountService) async throws -> Void
    )
        async throws
    {
        let hasher = try PasswordHasher(cost: Self.cheap, threads: 1)
        try await kind.withStore { store in
            try await body(store, AccountService(store: store, logins: .passwords(hasher)))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aPasswordIsVerified(kind: StoreKind) async throws {
        try await withPasswords(kind) { store, accounts in
            let ann = try Self.name("Ann")
            let character = await accounts.create(ann, password: "correct horse").value
            #expect(character == CharacterID(rawValue: 1))
            #expect(
                await accounts.create(ann, password: "correct horse") == .refused(.nameTaken(ann)))
            let login = await accounts.logIn(ann, password: "correct horse", at: 0).value
            #expect(login?.record.login.rawValue == 1)
            let wrong = await accounts.logIn(ann, password: "correct horsf", at: 0)
            #expect(wrong == .refused(.notAuthenticated))
            // The answer does not tell whether there is such an account.
            let unknown = await accounts.logIn(try Self.name("bob"), password: "x", at: 0)
            #expect(unknown == .refused(.notAuthenticated))
            #expect(await accounts.logIn(ann, password: "", at: 0) == .refused(.notAuthenticated))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aTokenLetsBackInOnce(kind: StoreKind) async throws {
        try await withPasswords(kind) { store, accounts in
            let ann = try Self.name("ann")
            let character = try #require(await accounts.create(ann, password: "p").value)
            let first = try #require(await accounts.logIn(ann, password: "p", at: 0).value)
            let second = try #require(
                await accounts.reEnter(character, with: first.token, at: 10).value)
            #expect(second.record.login.rawValue == 2)
            #expect(
                await accounts.reEnter(character, with: first.token, at: 10)
                    == .refused(.notAuthenticated))
            // It ends an hour after it was given, a kick ends it at once, and so does a ban.
            #expect(
                await accounts.reEnter(character, with: second.token, at: 3_610)
                    == .refused(.notAuthenticated))
            try await store.done(Kick(character, login: second.record.login))
            #expect(
                await accounts.reEnter(character, with: second.token, at: 11)
                    == .refused(.notAuthenticated))
            try await store.done(Ban(character))
            guard
                case .refused(.replaced(let row)) = await accounts.logIn(ann, password: "p", at: 11)
            else {
                Issue.record("a banned player logged in")
                return
            }
            #expect(row.access == .banned)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aChangedPasswordEndsTheToken(kind: StoreKind) async throws {
        try await withPasswords(kind) { store, accounts in
            let ann = try Self.name("ann")
            let character = try #require(await accounts.create(ann, password: "old").value)
            let login = try #require(await accounts.logIn(ann, password: "old", at: 0).value)
            #expect(
                await accounts.changePassword(of: ann, from: "wrong", to: "new")
                    == .refused(.notAuthenticated))
            #expect(await accounts.changePassword(of: ann, from: "old", to: "new") == .done(true))
            #expect(
                await accounts.reEnter(character, with: login.token, at: 1)
                    == .refused(.notAuthenticated))
            #expect(
                await accounts.logIn(ann, password: "old", at: 1) == .refused(.notAuthenticated))
            #expect(await accounts.logIn(ann, password: "new", at: 1).value != nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aNameAloneDoesNotOpenAnAccountWithAPassword(kind: StoreKind) async throws {
        try await withPasswords(kind) { store, accounts in
            let ann = try Self.name("ann")
            _ = await accounts.create(ann, password: "p")
            let names = AccountService(store: store, logins: .names)
            #expect(await names.logIn(ann, at: 0) == .refused(.nameTaken(ann)))
            let bob = await names.logIn(try Self.name("bob"), at: 0).value
            #expect(bob?.record.character.rawValue == 2)
            #expect(
                await names.logIn(try Self.name("BOB"), at: 0).value?.record.login.rawValue == 2)
            // And an account without a password is not open to any password.
            #expect(
                await accounts.logIn(try Self.name("bob"), password: "", at: 0)
                    == .refused(.notAuthenticated))
        }
    }

    /// Guessing one account from many networks slows it down, and never its player at home.
    @Test func guessingIsSlowedDown() async throws {
        try await withPasswords(.model) { _, accounts in
            let ann = try Self.name("ann")
            _ = await accounts.create(ann, password: "right")
            let home = try #require(SocketAddress("10.0.0.1:1"))
            func logIn(_ password: String, from address: SocketAddress, at date: Int64) async
                -> StoreRefusal?
            {
                let outcome = await accounts.logIn(
                    ann, password: password, from: address, at: date)
                if case .refused(let refusal) = outcome { return refusal }
                return nil
            }
            #expect(await logIn("right", from: home, at: 1_000) == nil)
            var taken = 0
            for host in 1...30 {
                let attacker = try #require(SocketAddress("192.0.2.\(host):9"))
                let refusal = await logIn("wrong", from: attacker, at: 1_000)
                if refusal == .notAuthenticated {
                    taken += 1
                } else {
                    #expect(refusal == .tooManyPasswords(seconds: 3))
                }
            }
            #expect(taken == 20)
            // From elsewhere even the right password waits for some seconds. At home it does not.
            let cafe = try #require(SocketAddress("198.51.100.1:9"))
            #expect(await logIn("right", from: cafe, at: 1_002) == .tooManyPasswords(seconds: 1))
            #expect(await logIn("right", from: home, at: 1_002) == nil)
            #expect(await logIn("right", from: cafe, at: 1_003) == nil)
            // Right ones are not counted.
            for _ in 0..<40 { #expect(await logIn("right", from: home, at: 1_003) == nil) }
        }
    }

    @Test func aNetworkSendsFewWrongPasswords() async throws {
        try await withPasswords(.model) { _, accounts in
            // All of an IPv6 network is one sender, and any name counts.
            for number in 0..<12 {
                let address = try #require(SocketAddress("[2001:db8::\(number)]:9"))
                let outcome = await accounts.logIn(
                    try Self.name("name-\(number)"), password: "x", from: address, at: 50)
                #expect(
                    outcome
                        == .refused(
                            number < 10 ? .notAuthenticated : .tooManyPasswords(seconds: 10)))
            }
            let other = try #require(SocketAddress("[2001:db8:0:1::1]:9"))
            let ann = try Self.name("ann")
            let outcome = await accounts.logIn(ann, password: "x", from: other, at: 50)
            #expect(outcome == .refused(.notAuthenticated))
            // A password that is changed is guessed as well.
            let same = try #require(SocketAddress("[2001:db8::1]:9"))
            #expect(
                await accounts.changePassword(
                    of: ann, from: "x", to: "y", address: same, at: 55)
                    == .refused(.tooManyPasswords(seconds: 5)))
            #expect(
                await accounts.changePassword(
                    of: ann, from: "x", to: "y", address: same, at: 60)
                    == .refused(.notAuthenticated))
        }
    }

    /// A date that goes back locks nobody out, and what is remembered is bounded.
    @Test func theLimiterIsBounded() throws {
        var limits = LoginLimiter.Limits()
        limits.mostEntries = 8
        let limiter = LoginLimiter(limits: limits)
        let ann = try Self.name("ann")
        let address = try #require(SocketAddress("10.0.0.1:1"))
        for _ in 0..<10 { #expect(limiter.take(ann, from: address, at: 1_000_000) == nil) }
        #expect(limiter.take(ann, from: address, at: 1_000_000) == 10)
        #expect(limiter.take(ann, from: address, at: 5) == 10)
        for number in 1...100 {
            let other = try #require(SocketAddress("10.0.1.\(number):1"))
            let name = try Self.name("bob-\(number)")
            #expect(limiter.take(name, from: other, at: 1_000_000) == nil)
            limiter.giveBack(name, from: other, at: 1_000_000, isRight: true)
        }
        // The one that has sent most is remembered.
        #expect(limiter.take(ann, from: address, at: 1_000_000) == 10)
    }

    @Test func waitingPasswordsAreBounded() async throws {
        let hasher = try PasswordHasher(cost: Self.cheap, threads: 1, mostWaiting: 0)
        #expect(await hasher.record(of: "p") == .refused(.overloaded(waiting: 0)))
        let accounts = AccountService(
            store: ModelStore(seed: 1, clock: TestClock.clock), logins: .passwords(hasher))
        #expect(
            await accounts.logIn(try Self.name("ann"), password: "p", at: 0)
                == .refused(.overloaded(waiting: 0)))
    }

    @Test func lengthsAndCostsAreChecked() async throws {
        let hasher = PasswordHasher(blocking: Self.cheap)
        for length in [0, PasswordHasher.longestPassword + 1] {
            let outcome = await hasher.record(of: String(repeating: "x", count: length))
            #expect(outcome == .refused(.malformed("a password of \(length) bytes")))
        }
        let costly = PasswordHasher(blocking: .init(logarithm: 63, blockSize: 8, parallelism: 1))
        guard case .refused(.unavailable) = await costly.record(of: "x") else {
            Issue.record("a cost without bounds was accepted")
            return
        }
    }

    @Test func secretsAreNotPrinted() async throws {
        let token = ReEntryToken()
        #expect("\(token)" == "a re-entry token")
        #expect(ReEntryToken(bytes: token.bytes) == token)
        #expect(ReEntryToken(bytes: [1, 2, 3]) == nil)
        let record = try #require(
            await PasswordHasher(blocking: Self.cheap).record(of: "correct horse").value)
        #expect(PasswordRecord(record.bytes) == record)
        #expect(!record.bytes.contains(Array("correct horse".utf8)))
        // A record of another version is not taken for a password.
        #expect(PasswordRecord([2] + record.bytes.dropFirst()) == nil)
    }

    @Test(arguments: ["", "ann lee", "änn", "a/b", String(repeating: "a", count: 33)])
    func namesArePlain(text: String) {
        #expect(AccountName(text) == nil)
    }
}
