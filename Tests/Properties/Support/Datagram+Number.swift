import ParleyDatagrams

extension Datagram {
    /// The number at its beginning, by which the scenarios distinguish datagrams.
    var firstNumber: UInt32 {
        get throws {
            var reader = self.reader
            return try reader.read()
        }
    }
}
