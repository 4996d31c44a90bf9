extension JoinSecret {
    /// More than the characters of a secret and the end of a line.
    private static var largestFile: Int { 64 }

    /// The secret that a file holds. Where there is no file, a new one is written: so the invites of a
    /// server go on being right after a restart. Without the file they end.
    ///
    /// Blocks until the disk answers. Of several programs that begin at once, all get the same one.
    ///
    /// - Parameter path: A file that only this user may read.
    public init(keptIn path: String) throws(JoinSecretError) {
        do throws(SecurityFileError) {
            if !SecurityFile.exists(path) {
                let text = Array((JoinSecret().text + "\n").utf8)
                _ = try SecurityFile.write(text.span, to: path, isReplacing: false)
            }
        } catch { throw .file(error) }
        let file: Secret
        do throws(SecurityFileError) {
            file = try SecurityFile.read(path, access: .owner, limit: Self.largestFile)
        } catch { throw .file(error) }
        let line = file.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        let text = line.last == "\n" ? line.dropLast() : line[...]
        guard let secret = JoinSecret(text) else { throw .damaged(path: path) }
        self = secret
    }
}

/// A file with a join secret could not be used.
public enum JoinSecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file could not be read or written.
    case file(SecurityFileError)
    /// The file holds something other than a join secret.
    case damaged(path: String)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .damaged(let path): "\(path) holds no join secret: 26 letters or digits from 2 to 7"
        }
    }
}
