internal import ParleySecurity
internal import ParleySockets
internal import Synchronization

/// Digests passwords by scrypt (RFC 7914), on threads of its own: one digest takes longer than many ticks.
///
/// The number of threads bounds the processors and the memory that logins take, and waiting logins are bounded
/// too. Nothing of it runs on an event loop.
public final class PasswordHasher: Sendable {
    /// What a digest costs.
    public struct Cost: Hashable, Sendable {
        /// The binary logarithm of scrypt's N, from 1 to 20.
        public var logarithm: UInt8
        /// scrypt's r, from 1 to 16. The memory of one digest is 128 · N · r bytes.
        public var blockSize: UInt8
        /// scrypt's p, from 1 to 16.
        public var parallelism: UInt8

        /// N = 2¹⁵, r = 8, p = 3: 32 MiB, one of the minima that OWASP names.
        public static let interactive = Cost(logarithm: 15, blockSize: 8, parallelism: 3)

        /// A cost from its parts.
        public init(logarithm: UInt8, blockSize: UInt8, parallelism: UInt8) {
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelism = parallelism
        }
    }

    /// The longest password, in bytes of UTF-8.
    public static let longestPassword = 1_024

    private let cost: Cost
    private let threads: [WorkerThread]
    private let mostWaiting: Int
    /// How many digests each thread has to do.
    private let loads: Mutex<[Int]>

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - cost: What a new password's digest costs. Old ones keep theirs.
    ///   - threads: How many digests are made at a time, at least 1.
    ///   - mostWaiting: How many may wait or be made. Further ones are refused.
    /// - Throws: `StoreRefusal.unavailable` when the system has no more threads.
    public init(cost: Cost = .interactive, threads: Int = 2, mostWaiting: Int = 64)
        throws(StoreRefusal)
    {
        self.cost = cost
        self.mostWaiting = mostWaiting
        loads = Mutex(Array(repeating: 0, count: max(1, threads)))
        do {
            self.threads = try (0..<max(1, threads)).map {
                try WorkerThread(named: "parley-scrypt\($0)")
            }
        } catch {
            throw .unavailable("no thread for passwords: \(error)")
        }
    }

    /// A hasher for simulations, which blocks its caller: virtual time passes beside none of it.
    public init(blocking cost: Cost) {
        self.cost = cost
        threads = []
        mostWaiting = 0
        loads = Mutex([])
    }

    /// The record of a new password.
    func record(of password: String) async -> StoreOutcome<PasswordRecord> {
        let bytes = Array(password.utf8)
        guard 1...Self.longestPassword ~= bytes.count else {
            return .refused(.malformed("a password of \(bytes.count) bytes"))
        }
        var salt = [UInt8](repeating: 0, count: PasswordRecord.saltCount)
        var span = salt.mutableSpan
        RandomBytes.fill(&span)
        let empty = PasswordRecord(
            cost: cost.logarithm, blockSize: cost.blockSize, parallelism: cost.parallelism,
            salt: salt,
            digest: [])
        return await run {
            guard let digest = empty.digest(of: bytes) else {
                return .refused(.unavailable("scrypt failed: no memory, or a cost out of bounds"))
            }
            var record = empty
            record.digest = digest
            return .done(record)
        }
    }

    /// Whether a password is that of a record. The bytes are compared in constant time.
    func verify(_ password: String, _ record: PasswordRecord) async -> StoreOutcome<Bool> {
        let bytes = Array(password.utf8)
        guard bytes.count <= Self.longestPassword else { return .done(false) }
        return await run {
            guard let digest = record.digest(of: bytes) else {
                return .refused(.unavailable("scrypt failed: no memory, or a cost out of bounds"))
            }
            return .done(ConstantTime.isEqual(digest.span, record.digest.span))
        }
    }

    /// A record that no password has, at the cost of new ones. Verifying against it takes as long as against
    /// another.
    var nobody: PasswordRecord {
        PasswordRecord(
            cost: cost.logarithm, blockSize: cost.blockSize, parallelism: cost.parallelism,
            salt: Array(repeating: 0, count: PasswordRecord.saltCount), digest: [])
    }

    /// Runs work on the thread that has the least of it.
    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> StoreOutcome<Value>) async
        -> StoreOutcome<Value>
    {
        guard !threads.isEmpty else { return work() }
        let (chosen, waiting) = loads.withLock { loads -> (Int?, Int) in
            let waiting = loads.reduce(0, +)
            guard waiting < mostWaiting,
                let least = loads.indices.min(by: { loads[$0] < loads[$1] })
            else {
                return (nil, waiting)
            }
            loads[least] += 1
            return (least, waiting)
        }
        guard let chosen else { return .refused(.overloaded(waiting: waiting)) }
        return await withCheckedContinuation { waiter in
            threads[chosen].run {
                let outcome = work()
                self.loads.withLock { $0[chosen] -= 1 }
                waiter.resume(returning: outcome)
            }
        }
    }
}

extension PasswordRecord {
    /// The digest that a password has with this salt and this cost.
    fileprivate func digest(of password: [UInt8]) -> [UInt8]? {
        Scrypt.digest(
            password.span, salt: salt.span,
            cost: Scrypt.Cost(logarithm: cost, blockSize: blockSize, parallelism: parallelism),
            count: Self.digestCount)
    }
}
