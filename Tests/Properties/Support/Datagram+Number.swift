import ParleyDatagrams

extension Datagram {
    /// The number that it begins with: how the scenarios tell datagrams apart.
    var firstNumber: UInt32 {
        get throws {
            var reader = self.reader
            return try reader.read()
        }
    }
}
