/// The versions of the game's states that a zone's program knows.
package struct StateVersions: Hashable, Sendable {
    /// That of the states it writes.
    package let written: UInt16
    /// The newest that it reads. It reads all earlier ones.
    package let newestReadable: UInt16

    /// A program that writes one version and reads up to another one.
    package init(written: UInt16, newestReadable: UInt16) {
        self.written = written
        self.newestReadable = newestReadable
    }

    /// A program that reads whatever comes.
    package static let any = StateVersions(written: 0, newestReadable: .max)
}
