import Parley

extension Option<Invite?> {
    /// The invite that a server has printed; nil by default.
    package init(_ name: String, _ help: String) {
        self.init(
            name, "INVITE", help, default: nil,
            expects: "a whole invite, parley:HOST:PORT#KEY or parley:HOST:PORT#KEY.SECRET"
        ) { text in (try? Invite(text)).map(Swift::Optional.some) }
    }
}
