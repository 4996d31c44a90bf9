internal import CParleyPostgres

/// libpq, which is found when the program runs.
enum PostgresLibrary {
    /// What is missing; nil if nothing is. The first call loads the library, which reads files.
    static var missing: String? {
        unsafe parley_postgres_load().map { unsafe String(cString: $0) }
    }

    /// Its version, such as 150018. Only where it is not missing.
    static var version: Int { Int(parley_postgres_library_version()) }
}
