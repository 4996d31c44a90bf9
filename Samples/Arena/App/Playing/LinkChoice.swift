import Parley
import ParleySimulation

/// A link profile by its name: “4g”, “transatlantic”, …
struct LinkChoice: LosslessStringConvertible, Sendable {
    let description: String
    let profile: LinkProfile

    /// The profile of that name; nil for an unknown name.
    init?(_ name: String) {
        guard let profile = LinkProfile.named(name) else { return nil }
        description = name.lowercased()
        self.profile = profile
    }

    /// All names.
    static let list = LinkProfile.names.joined(separator: ", ")

    /// The system's sockets over this link.
    fileprivate func network(seed: UInt64) -> any Network {
        NetworkConditioner(SystemNetwork(), profile: profile, seed: seed)
    }
}

extension Optional<LinkChoice> {
    /// The system's sockets, over this link if there is one.
    func network(seed: UInt64) -> any Network {
        self?.network(seed: seed) ?? SystemNetwork()
    }
}
