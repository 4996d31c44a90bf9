public import ParleyHandoff
import Synchronization

extension ZoneServer {
    /// The characters whose bodies the zone simulates at this moment, and as whose owner; none while it is frozen.
    public nonisolated var characters: [CharacterID: Owner] { core.simulated }
}

extension ZoneCore {
    /// The characters that are in and on whose behalf the zone may act now, with what it acts as.
    var simulated: [CharacterID: Owner] {
        let now = now
        return state.withLock { state in
            var simulated: [CharacterID: Owner] = [:]
            for character in state.residents.keys
            where state.handoffs.simulates(character, at: now) {
                simulated[character] = state.handoffs.sources[character]?.owner
            }
            return simulated
        }
    }
}
