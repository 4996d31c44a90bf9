internal import CParleyPostgres

/// libpq, which is found when the program runs.
struct PostgresLibrary: Sendable {
    /// The file's name; nil for libpq's own. Another library is only looked at, and never used.
    var name: String?

    /// libpq, by its own name.
    static let standard = PostgresLibrary()

    /// What is missing; nil if nothing is. The first call loads the library, which reads files.
    var missing: String? {
        guard let name else {
            return unsafe parley_postgres_load().map { unsafe String(cString: $0) }
        }
        var words = [CChar](repeating: 0, count: Int(PARLEY_POSTGRES_WORDS))
        let isThere = unsafe words.withUnsafeMutableBufferPointer { words in
            unsafe parley_postgres_look_for(name, words.baseAddress)
        }
        let end = words.firstIndex(of: 0) ?? words.count
        return isThere == 1
            ? nil : String(decoding: words[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Its version, such as 150018. Only where it is not missing.
    static var version: Int { Int(parley_postgres_library_version()) }
}
