/// Every statement that a store runs on its tables.
///
/// They keep to what PostgreSQL, CockroachDB and YugabyteDB have in common with SQLite: `INSERT … ON CONFLICT`,
/// `UPDATE … WHERE … RETURNING`, `SELECT … FOR UPDATE`, `DELETE … WHERE`, and plain reads. There is no `SERIAL`, no
/// `now()`, no advisory lock, no `LISTEN`. `StatementTests` holds the list.
package enum Statement: Int, CaseIterable, Sendable {
    case begin, commit, rollback, savepoint, rollbackToSavepoint, release
    case insertRealm, readRealm, readGeneration, writeGeneration, endZones, endBeats, releaseOwners
    case takeCharacterNumber
    case readOldest, writeVersion, writeOldest
    case lockRealm
    case lockZone, lockBeat, fenceZone, isZoneReady, readZone, readZones, writeZone, writeBeat, beat
    case lockOwner, takeOwner, readOwner, insertOwner, writeOwner
    case anyOwner, endedOwners, orphanedOwners, untakenOwners
    case readStates, readMoment, writeCheckpoint, writeSeal, removeSeal, readZoneState,
        writeZoneState
    case readResult, insertResult, oldResults, removeResult
    case readItem, readItems, writeItem, removeItem
    case readBalance, readBalances, writeBalance
    case insertLedger, addLedger, removeLedger
    case insertOutbox, readOutbox, trimOutbox
    case readAccount, readAccountName, insertAccount, setPassword, readToken, writeToken,
        removeToken
    case auditOwners, auditStates, auditItems, auditBalances, auditLedger, auditOutbox,
        auditAccounts
    case countQuarantined, readBacklog

    /// The statement, with `?n` for its values.
    package var text: String {
        transactionText ?? realmText ?? zoneText ?? ownerText ?? stateText ?? dealText
            ?? accountText ?? healthText ?? auditText
    }

    /// Whether it answers with rows.
    package var returnsRows: Bool { text.hasPrefix("SELECT") || text.contains(" RETURNING ") }

    private static let zoneColumns = """
        zone.name, zone.incarnation, zone.phase, zone.address, zone.capacity, \
        beat.load, beat.beat, zone.mark FROM zone JOIN beat ON beat.zone = zone.name
        """
    private static let ownerColumns = """
        character, zone, incarnation, generation, number, login, taken, mark, access, failures, outbox
        """

    /// A savepoint stands before each call of a transaction in which one has failed.
    private var transactionText: String? {
        switch self {
        case .begin: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .savepoint: "SAVEPOINT call"
        case .rollbackToSavepoint: "ROLLBACK TO SAVEPOINT call"
        case .release: "RELEASE SAVEPOINT call"
        default: nil
        }
    }

    private var realmText: String? {
        switch self {
        case .insertRealm:
            """
            INSERT INTO realm (id, version, generation, last_character) VALUES (1, ?1, 1, 0) \
            ON CONFLICT (id) DO NOTHING
            """
        case .readRealm: "SELECT version FROM realm WHERE id = 1"
        case .writeVersion: "UPDATE realm SET version = ?1 WHERE id = 1"
        case .readOldest: "SELECT oldest FROM compatibility WHERE id = 1"
        case .writeOldest:
            """
            INSERT INTO compatibility (id, oldest) VALUES (1, ?1) \
            ON CONFLICT (id) DO UPDATE SET oldest = excluded.oldest
            """
        case .lockRealm: "SELECT generation FROM realm WHERE id = 1 FOR UPDATE"
        case .readGeneration: "SELECT generation FROM realm WHERE id = 1"
        case .writeGeneration: "UPDATE realm SET generation = ?1 WHERE id = 1"
        case .endZones: "UPDATE zone SET phase = 3 WHERE phase <> 3"
        case .endBeats: "UPDATE beat SET alive = 0 WHERE alive <> 0"
        case .releaseOwners:
            """
            UPDATE owner SET zone = NULL, incarnation = 0, generation = ?1, taken = number, \
            login = CASE WHEN login > ?2 THEN login ELSE ?2 END + 1, \
            access = CASE WHEN access = 0 THEN 1 ELSE access END WHERE generation <> ?1
            """
        case .takeCharacterNumber:
            "UPDATE realm SET last_character = last_character + 1 WHERE id = 1 RETURNING last_character"
        default: nil
        }
    }

    private var zoneText: String? {
        switch self {
        case .lockZone: "UPDATE zone SET touched = touched + 1 WHERE name = ?1 RETURNING name"
        case .lockBeat: "SELECT beat FROM beat WHERE zone = ?1 FOR UPDATE"
        case .fenceZone:
            """
            UPDATE zone SET touched = touched + 1 \
            WHERE name = ?1 AND incarnation = ?2 AND phase <> 3 RETURNING name
            """
        case .isZoneReady:
            "SELECT 1 FROM zone WHERE name = ?1 AND incarnation = ?2 AND phase = 1"
        case .readZone: "SELECT \(Self.zoneColumns) WHERE zone.name = ?1"
        case .readZones: "SELECT \(Self.zoneColumns) ORDER BY zone.name"
        case .writeZone:
            """
            INSERT INTO zone (name, incarnation, phase, address, capacity, mark, touched) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (name) DO UPDATE SET \
            incarnation = excluded.incarnation, \
            phase = excluded.phase, address = excluded.address, capacity = excluded.capacity, \
            mark = excluded.mark
            """
        case .writeBeat:
            """
            INSERT INTO beat (zone, incarnation, alive, load, beat) \
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (zone) DO UPDATE SET \
            incarnation = excluded.incarnation, \
            alive = excluded.alive, load = excluded.load, beat = excluded.beat
            """
        case .beat:
            """
            UPDATE beat SET beat = CASE WHEN beat < ?3 THEN ?3 ELSE beat END, load = ?4 \
            WHERE zone = ?1 AND incarnation = ?2 AND alive = 1 RETURNING beat
            """
        default: nil
        }
    }

    private var ownerText: String? {
        switch self {
        case .lockOwner:
            "UPDATE owner SET touched = touched + 1 WHERE character = ?1 RETURNING \(Self.ownerColumns)"
        case .takeOwner:
            // By the character: a database that knows no counts of the rows yet may look through all of the zone's instead.
            """
            UPDATE owner SET taken = number, touched = touched + 1 WHERE character = ?1 \
            AND CASE WHEN zone = ?2 THEN 1 ELSE 0 END = 1 AND incarnation = ?3 AND generation = ?4 AND number = ?5 RETURNING character
            """
        case .readOwner: "SELECT \(Self.ownerColumns) FROM owner WHERE character = ?1"
        case .insertOwner:
            """
            INSERT INTO owner (\(Self.ownerColumns), touched) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)
            """
        case .writeOwner:
            """
            UPDATE owner SET zone = ?2, incarnation = ?3, generation = ?4, number = ?5, login = ?6, \
            taken = ?7, mark = ?8, access = ?9, failures = ?10, outbox = ?11 WHERE character = ?1
            """
        case .anyOwner:
            "SELECT character FROM owner WHERE zone = ?1 AND incarnation = ?2 LIMIT 1"
        case .endedOwners:
            """
            SELECT \(Self.ownerColumns) FROM owner \
            WHERE zone = ?1 AND incarnation = ?2 AND access <> 0 ORDER BY character LIMIT ?3
            """
        case .orphanedOwners:
            """
            SELECT \(Self.ownerColumns) FROM owner WHERE zone IS NOT NULL AND NOT EXISTS \
            (SELECT 1 FROM zone WHERE zone.name = owner.zone \
            AND zone.incarnation = owner.incarnation AND zone.phase <> 3) \
            ORDER BY character LIMIT ?1
            """
        case .untakenOwners:
            """
            SELECT \(Self.ownerColumns) FROM owner \
            WHERE zone IS NOT NULL AND taken <> number ORDER BY character LIMIT ?1
            """
        default: nil
        }
    }
}
