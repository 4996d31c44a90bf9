package import ParleyDatagrams

extension Ticket: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        let character: CharacterID = try reader.read()
        let account: UInt64 = try reader.read()
        let owner: Owner = try reader.read()
        let login: LoginNumber = try reader.read()
        let notBefore: UInt64 = try reader.read()
        let expires: UInt64 = try reader.read()
        let id = TicketID(high: try reader.read(), low: try reader.read())
        self.init(
            character, account: account, owner: owner, login: login, second: notBefore, id: id)
        self.expires = expires
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(character)
        datagram.append(account)
        Owner(process, epoch).encode(into: &datagram)
        login.encode(into: &datagram)
        datagram.append(notBefore)
        datagram.append(expires)
        datagram.append(id.high)
        datagram.append(id.low)
    }
}
