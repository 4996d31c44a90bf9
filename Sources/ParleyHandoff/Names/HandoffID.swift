/// One attempt to hand a character over.
///
/// The epoch alone does not name an attempt: a late commit toward zone B could pass for done although the
/// character went to zone C by now. So each attempt also has a random mark.
public struct HandoffID: Hashable, Sendable, CustomStringConvertible {
    /// Who is handed over.
    public var character: CharacterID
    /// The epoch that the character will have when the attempt succeeds.
    public var epoch: Epoch
    /// 64 random bits.
    public var mark: UInt64

    /// An attempt from its three parts.
    public init(character: CharacterID, epoch: Epoch, mark: UInt64) {
        self.character = character
        self.epoch = epoch
        self.mark = mark
    }

    /// For example "character 7 to epoch 1.8, mark 0x1f".
    public var description: String {
        "\(character) to \(epoch), mark 0x\(String(mark, radix: 16))"
    }
}
