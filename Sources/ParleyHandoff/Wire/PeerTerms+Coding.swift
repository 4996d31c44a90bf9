package import ParleyDatagrams

extension PeerTerms: DatagramCodable {
    package init(from reader: inout DatagramReader) throws(DatagramError) {
        self.init(
            lease: try reader.read(), map: try reader.read(), proof: try reader.readBlob())
    }

    package func encode(into datagram: inout Datagram) throws(DatagramError) {
        datagram.append(lease)
        datagram.append(map)
        try datagram.append(blob: proof)
    }
}
