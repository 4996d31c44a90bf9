internal import ParleyHandoff

/// What a database is asked at one go.
extension MemoryTables {
    func lock(_ characters: [CharacterID]) -> [Swift.Result<CharacterRecord?, StoreFault>] {
        characters.map { .success(lock($0)) }
    }

    func moments(_ characters: [CharacterID]) -> [Swift.Result<UInt64?, StoreFault>] {
        characters.map { .success(moment($0)) }
    }
}
