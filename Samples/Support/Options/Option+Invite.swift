import Parley

extension Option<Invite?> {
    /// The invite that a server has printed; nil by default.
    package init(_ name: String, _ help: String) {
        self.init(
            name, "INVITE", help, default: nil, expects: "an invite, parley:HOST:PORT#KEY"
        ) { text in (try? Invite(text)).map(Swift::Optional.some) }
    }
}
