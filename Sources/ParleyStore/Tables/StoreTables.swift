internal import ParleyHandoff

/// The tables of a store, within one transaction.
///
/// The operations are written once, over this. SQL statements implement it for SQLite and PostgreSQL, and
/// dictionaries for the model. An operation locks the rows that it decides by, reads, decides, and only then
/// writes: an operation that is refused has written nothing.
///
/// Rows are locked in this order: characters by ascending number, then a zone. Operations, items, balances and
/// ledger entries are guarded by the rows of the characters and the zone that they belong to.
protocol StoreTables: AnyObject {
    // The realm.
    func generation() async throws(StoreFault) -> UInt32
    /// Locks the realm's row until the transaction ends, before all other rows; returns the generation.
    func lockGeneration() async throws(StoreFault) -> UInt32
    /// Begins a generation: every zone is gone, every character is out, in that generation, and its login rises.
    func begin(generation: UInt32) async throws(StoreFault)
    /// The next number for a character.
    func takeCharacterNumber() async throws(StoreFault) -> CharacterID

    // Zones.
    /// Locks the zone's row and its beat until the transaction ends; returns it.
    func lock(_ zone: ZoneName) async throws(StoreFault) -> ZoneRecord?
    /// Locks the zone's row, and not its beat, if the life has the name and is alive; else false.
    func fence(_ life: ZoneProcess) async throws(StoreFault) -> Bool
    /// The zone's row without a lock: a hint.
    func zone(_ name: ZoneName) async throws(StoreFault) -> ZoneRecord?
    /// Whether that life of the zone is ready, without a lock: a hint.
    func isReady(_ place: ZoneProcess) async throws(StoreFault) -> Bool
    func zones() async throws(StoreFault) -> [ZoneRecord]
    /// Inserts or replaces the row, with its beat.
    func write(_ zone: ZoneRecord) async throws(StoreFault)
    /// Raises the number of the beats, if the life has the name; returns it.
    func beat(_ life: ZoneProcess, number: UInt64, load: UInt32) async throws(StoreFault) -> UInt64?
    /// Whether a place has characters.
    func hasCharacters(at place: ZoneProcess) async throws(StoreFault) -> Bool
    /// The characters of a place whose session an operator has ended, at most `limit`.
    func ended(at place: ZoneProcess, limit: Int) async throws(StoreFault)
        -> [CharacterRecord]
    /// The characters whose place is no living zone, at most `limit`.
    func orphans(limit: Int) async throws(StoreFault) -> [CharacterRecord]
    /// The characters that are in a zone which has not taken them, at most `limit`.
    func untaken(limit: Int) async throws(StoreFault) -> [CharacterRecord]

    // Characters.
    /// Locks the character's row until the transaction ends, by a write where the database has others who could change it;
    /// returns it.
    func lock(_ character: CharacterID) async throws(StoreFault) -> CharacterRecord?
    /// The same of several characters, at one go: those that cannot be read are failures by themselves. The caller orders
    /// them.
    func lock(_ characters: [CharacterID]) async throws(StoreFault)
        -> [Result<CharacterRecord?, StoreFault>]
    /// The fence of a checkpoint: writes of each character that this owner has taken it. False where it is not the
    /// owner. The caller orders the characters.
    func take(_ claims: [(character: CharacterID, owner: Owner)]) async throws(StoreFault) -> [Bool]
    /// The character's row without a lock: a hint.
    func character(_ character: CharacterID) async throws(StoreFault) -> CharacterRecord?
    func insert(_ record: CharacterRecord) async throws(StoreFault)
    func write(_ record: CharacterRecord) async throws(StoreFault)

    // States.
    func states(_ character: CharacterID) async throws(StoreFault) -> [StateSlot: StateRow]
    func write(_ row: StateRow, _ slot: StateSlot, _ character: CharacterID)
        async throws(StoreFault)
    /// The moment of the character's checkpoint; nil if it has none.
    func moment(_ character: CharacterID) async throws(StoreFault) -> UInt64?
    /// The same of several characters, at one go.
    func moments(_ characters: [CharacterID]) async throws(StoreFault)
        -> [Result<UInt64?, StoreFault>]
    func removeSeal(_ character: CharacterID) async throws(StoreFault)
    func state(_ zone: ZoneName) async throws(StoreFault) -> (
        moment: UInt64, life: ZoneProcess, state: StoredState
    )?
    func write(_ state: StoredState, moment: UInt64, _ life: ZoneProcess) async throws(StoreFault)

    // Deals.
    /// The result of the deal of that name; nil if there was none.
    func result(_ operation: String) async throws(StoreFault) -> DealResult?
    func insert(_ result: DealResult, _ operation: String, date: Int64) async throws(StoreFault)
    /// The names of deals from before a date whose results are in no outbox, at most `limit`.
    func operations(before date: Int64, limit: Int) async throws(StoreFault) -> [String]
    func removeResult(_ operation: String) async throws(StoreFault)
    /// Removes an operation's entries; returns them.
    func removeLedger(_ operation: String) async throws(StoreFault) -> [LedgerRow]
    /// Adds to an entry, which is made if it is missing.
    func add(_ entry: LedgerRow) async throws(StoreFault)
    func item(_ id: ItemID) async throws(StoreFault) -> Item?
    func items(_ holder: Holder) async throws(StoreFault) -> [Item]
    /// Inserts the item or gives it another holder.
    func write(_ item: Item) async throws(StoreFault)
    func remove(_ item: ItemID) async throws(StoreFault)
    func balance(_ holder: Holder, _ currency: Currency) async throws(StoreFault) -> Int64
    func balances(_ holder: Holder) async throws(StoreFault) -> [Balance]
    func write(_ balance: Balance) async throws(StoreFault)
    func append(_ entry: LedgerRow) async throws(StoreFault)
    func append(_ event: OutboxEvent, _ character: CharacterID) async throws(StoreFault)
    func outbox(_ character: CharacterID, beyond number: UInt64, limit: Int)
        async throws(StoreFault)
        -> [OutboxEvent]
    /// Removes the events that every stored state of their character contains; returns how many.
    func trimOutbox() async throws(StoreFault) -> Int

    // Accounts.
    func account(_ name: AccountName) async throws(StoreFault) -> AccountRow?
    func accountName(of character: CharacterID) async throws(StoreFault) -> AccountName?
    /// Inserts the row; false if the name has one.
    func insert(_ account: AccountRow) async throws(StoreFault) -> Bool
    func setPassword(_ password: PasswordRecord, of name: AccountName) async throws(StoreFault)
    func token(_ character: CharacterID) async throws(StoreFault) -> TokenRow?
    func write(_ token: TokenRow, _ character: CharacterID) async throws(StoreFault)
    func removeToken(_ character: CharacterID) async throws(StoreFault)

    /// What operators watch.
    func health() async throws(StoreFault) -> StoreHealth

    /// What an audit reads.
    func contents() async throws(StoreFault) -> StoreContents
}
