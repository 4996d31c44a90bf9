extension IdentityStorage {
    /// Key and certificates of one file, which only this user may read.
    convenience init(realmFile path: String) throws(RealmError) {
        do throws(TLSIdentityError) {
            let bytes: Secret
            do throws(SecurityFileError) {
                bytes = try SecurityFile.read(path, access: .owner, limit: TLSIdentity.largestFile)
            } catch { throw .file(error) }
            // A file is both: a reader of PEM passes over what it does not look for.
            let made = unsafe try bytes.withBytes { bytes throws(TLSIdentityError) in
                unsafe try Self.parsed(certificates: bytes, key: bytes)
            }
            unsafe self.init(made)
        } catch { throw .identity(error) }
    }

    func write(to path: String, isReplacing: Bool) throws(RealmError) -> Bool {
        do throws(SecurityFileError) {
            return try withPEM(includesKey: true) { pem throws(SecurityFileError) in
                try SecurityFile.write(pem, to: path, isReplacing: isReplacing)
            }
        } catch { throw .identity(.file(error)) }
    }
}
