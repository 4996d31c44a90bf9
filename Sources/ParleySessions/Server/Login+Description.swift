import ParleyDatagrams

// A ticket may be a password, so no text of a login has it.
extension Login: CustomStringConvertible, CustomReflectable {
    /// The name and the address, and how long the ticket is.
    public var description: String {
        "login of \"\(name)\" from \(address), \(isEncrypted ? "encrypted" : "plain"), "
            + "ticket of \(ticket.count) bytes (hidden)"
    }

    /// All but the ticket, so that `dump` does not print it either.
    public var customMirror: Mirror {
        Mirror(self, children: ["name": name, "address": address, "isEncrypted": isEncrypted])
    }
}
