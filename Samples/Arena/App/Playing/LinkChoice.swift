import Parley
import ParleySimulation

/// A kind of link, by its name, to play over: “4g”, “transatlantic”, …
struct LinkChoice: LosslessStringConvertible, Sendable {
    let description: String
    let profile: LinkProfile

    /// The link of that name; `nil` when there is none.
    init?(_ name: String) {
        guard let profile = LinkProfile.named(name) else { return nil }
        description = name.lowercased()
        self.profile = profile
    }

    /// Every name.
    static let list = LinkProfile.names.joined(separator: ", ")

    /// The system's sockets, on links of this kind.
    fileprivate func network(seed: UInt64) -> any Network {
        NetworkConditioner(SystemNetwork(), profile: profile, seed: seed)
    }
}

extension Optional<LinkChoice> {
    /// The system's sockets, on links of this kind or as they are.
    func network(seed: UInt64) -> any Network {
        self?.network(seed: seed) ?? SystemNetwork()
    }
}
