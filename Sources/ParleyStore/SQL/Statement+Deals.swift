extension Statement {
    private static func writeState(_ table: String) -> String {
        """
        INSERT INTO \(table) (character, number, moment, version, requests, outbox_seen, bytes) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (character) DO UPDATE SET \
        number = excluded.number, moment = excluded.moment, version = excluded.version, \
        requests = excluded.requests, outbox_seen = excluded.outbox_seen, bytes = excluded.bytes
        """
    }

    var stateText: String? {
        switch self {
        case .readStates:
            """
            SELECT 0, number, moment, version, requests, outbox_seen, bytes FROM checkpoint \
            WHERE character = ?1 UNION ALL \
            SELECT 1, number, moment, version, requests, outbox_seen, bytes FROM seal \
            WHERE character = ?1
            """
        case .readMoment: "SELECT moment FROM checkpoint WHERE character = ?1"
        case .writeCheckpoint: Self.writeState("checkpoint")
        case .writeSeal: Self.writeState("seal")
        case .removeSeal: "DELETE FROM seal WHERE character = ?1"
        case .readZoneState:
            "SELECT incarnation, moment, version, bytes FROM zone_state WHERE zone = ?1"
        case .writeZoneState:
            """
            INSERT INTO zone_state (zone, incarnation, moment, version, bytes) \
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (zone) DO UPDATE SET \
            incarnation = excluded.incarnation, moment = excluded.moment, \
            version = excluded.version, bytes = excluded.bytes
            """
        default: nil
        }
    }

    var dealText: String? {
        switch self {
        case .readResult: "SELECT result FROM operation WHERE name = ?1"
        case .insertResult: "INSERT INTO operation (name, result, date) VALUES (?1, ?2, ?3)"
        case .oldResults:
            """
            SELECT name FROM operation WHERE date < ?1 AND NOT EXISTS \
            (SELECT 1 FROM outbox WHERE outbox.operation = operation.name) ORDER BY date, name LIMIT ?2
            """
        case .removeResult: "DELETE FROM operation WHERE name = ?1"
        case .readItem: "SELECT id, kind, holder FROM item WHERE id = ?1 FOR UPDATE"
        case .readItems: "SELECT id, kind, holder FROM item WHERE holder = ?1"
        case .writeItem:
            """
            INSERT INTO item (id, kind, holder) VALUES (?1, ?2, ?3) \
            ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, holder = excluded.holder
            """
        case .removeItem: "DELETE FROM item WHERE id = ?1"
        case .readBalance:
            "SELECT amount FROM balance WHERE holder = ?1 AND currency = ?2 FOR UPDATE"
        case .readBalances:
            "SELECT currency, amount FROM balance WHERE holder = ?1 ORDER BY currency"
        case .writeBalance:
            """
            INSERT INTO balance (holder, currency, amount) VALUES (?1, ?2, ?3) \
            ON CONFLICT (holder, currency) DO UPDATE SET amount = excluded.amount
            """
        case .insertLedger:
            """
            INSERT INTO ledger (operation, entry, holder, currency, change) \
            VALUES (?1, ?2, ?3, ?4, ?5)
            """
        case .addLedger:
            """
            INSERT INTO ledger (operation, entry, holder, currency, change) \
            VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (operation, entry) DO UPDATE SET \
            change = ledger.change + excluded.change
            """
        case .removeLedger:
            """
            DELETE FROM ledger WHERE operation = ?1 \
            RETURNING operation, entry, holder, currency, change
            """
        case .insertOutbox:
            """
            INSERT INTO outbox (character, number, operation, result, note) \
            VALUES (?1, ?2, ?3, ?4, ?5)
            """
        case .readOutbox:
            """
            SELECT number, operation, result, note FROM outbox \
            WHERE character = ?1 AND number > ?2 ORDER BY number LIMIT ?3
            """
        case .trimOutbox:
            """
            DELETE FROM outbox WHERE (\(Self.covers("checkpoint")) OR \(Self.covers("seal"))) \
            AND NOT \(Self.lacks("checkpoint")) AND NOT \(Self.lacks("seal")) RETURNING number
            """
        default: nil
        }
    }

    private static func covers(_ table: String) -> String {
        """
        EXISTS (SELECT 1 FROM \(table) WHERE \(table).character = outbox.character \
        AND \(table).outbox_seen >= outbox.number)
        """
    }

    private static func lacks(_ table: String) -> String {
        """
        EXISTS (SELECT 1 FROM \(table) WHERE \(table).character = outbox.character \
        AND \(table).outbox_seen < outbox.number)
        """
    }

    var accountText: String? {
        switch self {
        case .readAccount: "SELECT character, password FROM account WHERE name = ?1"
        case .readAccountName: "SELECT name FROM account WHERE character = ?1"
        case .insertAccount:
            """
            INSERT INTO account (name, character, password) VALUES (?1, ?2, ?3) \
            ON CONFLICT (name) DO NOTHING RETURNING name
            """
        case .setPassword: "UPDATE account SET password = ?2 WHERE name = ?1"
        case .readToken: "SELECT digest, login, expiry FROM token WHERE character = ?1"
        case .writeToken:
            """
            INSERT INTO token (character, digest, login, expiry) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (character) DO UPDATE SET \
            digest = excluded.digest, login = excluded.login, expiry = excluded.expiry
            """
        case .removeToken: "DELETE FROM token WHERE character = ?1"
        default: nil
        }
    }

    /// What an audit reads, of a store that nothing else uses.
    var auditText: String {
        switch self {
        case .auditOwners:
            """
            SELECT character, zone, incarnation, generation, number, login, taken, mark, access, \
            failures, outbox FROM owner ORDER BY character
            """
        case .auditStates:
            """
            SELECT character, number, outbox_seen FROM checkpoint UNION ALL \
            SELECT character, number, outbox_seen FROM seal
            """
        case .auditItems: "SELECT id, kind, holder FROM item ORDER BY id"
        case .auditBalances:
            "SELECT holder, currency, amount FROM balance ORDER BY holder, currency"
        case .auditLedger: "SELECT operation, entry, holder, currency, change FROM ledger"
        case .auditOutbox: "SELECT character, number, operation, result, note FROM outbox"
        case .auditAccounts: "SELECT name, character FROM account ORDER BY name"
        default: ""
        }
    }
}
