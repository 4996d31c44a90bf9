internal import ParleyHandoff

/// The rows of a store that an audit compares, each list in the order of its keys. States come without bytes.
struct StoreContents: Hashable, Sendable {
    struct State: Hashable, Sendable {
        var character: CharacterID
        var number: UInt64
        var outboxSeen: UInt64
    }

    struct Event: Hashable, Sendable {
        var character: CharacterID
        var event: OutboxEvent
    }

    struct Account: Hashable, Sendable {
        var name: String
        var character: CharacterID
    }

    var generation: UInt32 = 0
    var zones: [ZoneRecord] = []
    var characters: [CharacterRecord] = []
    var states: [State] = []
    var items: [Item] = []
    var balances: [Balance] = []
    var ledger: [LedgerRow] = []
    var outbox: [Event] = []
    var accounts: [Account] = []
    /// What could not be read.
    var unreadable: [String] = []

    /// The same rows, in an order that does not depend on the engine.
    var sorted: StoreContents {
        var sorted = self
        sorted.states.sort {
            ($0.character, $0.number, $0.outboxSeen) < ($1.character, $1.number, $1.outboxSeen)
        }
        sorted.items.sort { $0.id < $1.id }
        sorted.balances.sort { ($0.holder, $0.currency) < ($1.holder, $1.currency) }
        sorted.ledger.sort { ($0.operation, $0.index) < ($1.operation, $1.index) }
        sorted.outbox.sort { ($0.character, $0.event.number) < ($1.character, $1.event.number) }
        sorted.accounts.sort { $0.name < $1.name }
        return sorted
    }
}
