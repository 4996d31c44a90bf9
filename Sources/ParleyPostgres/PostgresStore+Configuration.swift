extension PostgresStore {
    /// How a database is used.
    public struct Configuration: Sendable, Hashable {
        /// The schema of the store's tables, which is made if it is missing. Two realms in one database have two.
        public var schema = "parley"
        /// The realm's name. A schema belongs to the realm that made it, and others are refused.
        public var realm = "realm"
        /// Whether tables of the version before get what they lack for this program's version. Otherwise they are
        /// refused. Programs of that version go on with them, if the newer ones say so.
        public var addsToTables = true
        /// How many transactions run at a time, each on a connection. Heartbeats have one more.
        public var connections = 8
        /// How many calls may wait or run. Further ones are refused as `StoreRefusal.overloaded`.
        public var mostWaiting = 4_096
        /// How long a call waits for a connection. Then it is refused: nothing was done.
        public var waitLimit: Duration = .seconds(10)
        /// How long a transaction takes. Then its connection is closed; nothing is ever cancelled.
        public var transactionLimit: Duration = .seconds(5)
        /// How many bytes the answer to a statement has at the most, and what the server sends beside it. Then its
        /// connection is closed. Memory for an answer is a few times its bytes; an audit reads each table by one answer.
        public var mostAnswerBytes = 64 << 20
        /// How long an attempt to connect takes, to each address.
        public var connectLimit: Duration = .seconds(3)
        /// How often a transaction that meets another one begins, in all.
        public var mostAttempts = 16
        /// The longest pause between two attempts to connect. The first is a hundredth of it.
        public var longestPause: Duration = .seconds(1)

        /// The defaults.
        public init() {}

        /// What concerns connections.
        var connectionLimits: ConnectionLimits {
            ConnectionLimits(
                opening: connectLimit, transaction: transactionLimit, longestPause: longestPause,
                answerBytes: mostAnswerBytes)
        }
    }
}
