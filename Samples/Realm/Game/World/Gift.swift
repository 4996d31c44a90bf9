import Parley
import ParleyZones

/// The note of a deal in which one character gives a coin to another.
struct Gift: DatagramCodable {
    var giver: CharacterID
    var receiver: CharacterID

    init(from giver: CharacterID, to receiver: CharacterID) {
        (self.giver, self.receiver) = (giver, receiver)
    }

    init(from reader: inout DatagramReader) throws(DatagramError) {
        (giver, receiver) = (try reader.read(), try reader.read())
    }

    func encode(into datagram: inout Datagram) throws(DatagramError) {
        try datagram.append(giver)
        try datagram.append(receiver)
    }
}
