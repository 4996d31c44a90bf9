/// What a program knows of the versions of the tables, and how it makes its own from those of the version before.
///
/// A program of version N opens tables of N, makes those of N − 1 into its own by additions only, and opens newer ones
/// if these say that it may. So programs of N and N − 1 use one database side by side, as long as the tables of N let
/// those of N − 1 in: a column that is added has a default, and nothing that an older program writes gets another
/// meaning.
package struct SchemaPlan: Sendable {
    /// The version of the program's tables.
    package var version: Int64
    /// The oldest version of a program that may use them.
    package var oldestProgram: Int64
    /// Statements that make them from those of the version before. They change nothing where they have run.
    package var additions: @Sendable (SQLDialect) -> [String]

    package init(
        version: Int64, oldestProgram: Int64,
        additions: @escaping @Sendable (SQLDialect) -> [String]
    ) {
        self.version = version
        self.oldestProgram = oldestProgram
        self.additions = additions
    }

    /// What this program has.
    package static let current = SchemaPlan(
        version: Schema.version, oldestProgram: Schema.oldestProgram, additions: \.additions)

    /// What a program does with tables that it finds.
    package enum Verdict: Hashable, Sendable {
        /// It uses them as they are.
        case usable
        /// It adds what they lack.
        case add
        /// It does not open them: why.
        case refused(String)
    }

    /// The rule.
    ///
    /// - Parameters:
    ///   - found: The version of the tables.
    ///   - oldest: The oldest version of a program that may use them; nil if they do not say so.
    ///   - mayChange: Whether the program may add to them.
    package func verdict(
        on found: Int64, oldest: Int64?, mayChange: Bool = true
    ) -> Verdict {
        if found == version { return .usable }
        if found > version {
            guard let oldest, oldest <= version else {
                let programs = oldest.map { "programs from version \($0) on" } ?? "programs of it"
                return .refused(
                    "the tables have version \(found), for \(programs), and this program has \(version)"
                )
            }
            return .usable
        }
        guard found == version - 1 else {
            return .refused(
                "the tables have version \(found), and this program, of version \(version), "
                    + "adds to those of version \(version - 1) only: let one of that version open them first"
            )
        }
        guard mayChange else {
            return .refused(
                "the tables have version \(found), and this program, of version \(version), "
                    + "was told not to add to them")
        }
        return .add
    }
}

extension SQLTables {
    /// Makes the realm's row where there is none, and the tables those of the program, if it may.
    ///
    /// Servers that do so at once wait for each other at the realm's row.
    ///
    /// - Throws: `StoreFault.unreadable`, if the tables are not for this program.
    func prepare(
        _ plan: SchemaPlan, dialect: SQLDialect, mayChange: Bool = true
    ) async throws(StoreFault) {
        _ = try await run(.insertRealm, .integer(plan.version))
        _ = try await run(.lockRealm)
        let found = try await version()
        var oldest: Int64?
        if found >= Self.firstWithOldest { oldest = try await oldestProgram() }
        switch plan.verdict(on: found, oldest: oldest, mayChange: mayChange) {
        case .usable:
            // Of tables that were made just now.
            if found == plan.version, oldest == nil { try await write(plan) }
        case .add:
            for text in plan.additions(dialect) { try await session.change(text) }
            try await write(plan)
        case .refused(let words): throw .unreadable(words)
        }
    }

    /// The first version whose tables say who may use them.
    static let firstWithOldest: Int64 = 3

    private func version() async throws(StoreFault) -> Int64 {
        guard var row = try await run(.readRealm).first else {
            throw .unreadable("the realm has no row")
        }
        return try row.integer()
    }

    private func oldestProgram() async throws(StoreFault) -> Int64? {
        guard var row = try await run(.readOldest).first else { return nil }
        return try row.integer()
    }

    private func write(_ plan: SchemaPlan) async throws(StoreFault) {
        _ = try await run(.writeVersion, .integer(plan.version))
        _ = try await run(.writeOldest, .integer(plan.oldestProgram))
    }
}
