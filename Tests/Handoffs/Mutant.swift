/// A deliberate fault that an exploration must find. Each is made where the machines touch their surroundings:
/// the machines themselves are those of the library.
package enum Mutant: String, CaseIterable, Sendable {
    /// A refused commit puts the sealed body back at its old epoch.
    case unsealOnRefusal
    /// A commit that was not answered for long puts the sealed body back at its old epoch.
    case unsealOnSilence
    /// The store compares an attempt's epoch only, not its mark.
    case attemptWithoutMark
    /// A target forgets which epochs it held.
    case staleTake
    /// A zone never freezes.
    case noFreeze
    /// The store answers before its standby has the effect.
    case answerBeforeStandby
    /// An operator restores a backup and raises no generation.
    case sameGeneration
    /// The seal counts requests that were received, not those that were applied.
    case sealCountsReceived
    /// The store takes a checkpoint of any owner.
    case unfencedCheckpoint
    /// A client takes what a zone says for its current zone's word.
    case unlabelledSnapshot
    /// A world server declares a zone gone at once when the heartbeat is the same twice.
    case impatientWatch
    /// A source stops asking once its commit is not answered.
    case noRepeat
}
