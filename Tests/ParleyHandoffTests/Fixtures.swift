import ParleyDatagrams
import ParleyHandoff

// Character 7, which crosses from north to east at epoch 1.8.

let character = CharacterID(rawValue: 7)
let login = LoginNumber(rawValue: 4)
let mark: UInt64 = 0x1122_3344_5566_7788
let north = process("north", 3)
let east = process("east", 5)
let source = Owner(north, Epoch(generation: 1, number: 7))
let target = Owner(east, Epoch(generation: 1, number: 8))
let attempt = HandoffID(character: character, epoch: target.epoch, mark: mark)
let token = SeatToken(rawValue: 0xA1A2_A3A4_A5A6_A7A8)
let seat = ReservedSeat(token, address: "10.0.0.2:9000", isWarm: false)
let destination = Destination(attempt, east, address: "10.0.0.2:9000", token)
let continuation = SessionContinuation(
    epoch: target.epoch, login: login, requests: 9, firstNotice: 5, sourceTick: 600, targetTick: 72)
let standing = Standing(
    place: east, isPlaceAlive: true, epoch: target.epoch, login: login, mark: mark, isTaken: false)
let operation = OperationID.request(character: character, login: login, request: 9, index: 0)
let seal = SealedPlayer(
    name: "ann", login: login, tick: 600, requests: 9, notices: 5,
    noticeTail: [Datagram(bytes: [0x68, 0x69])],
    commands: [Datagram(bytes: [10])], deals: [OpenDeal(operation, note: Datagram(bytes: [1]))],
    outboxSeen: 2, stateVersion: 2, state: Datagram(bytes: [0xDE, 0xAD, 0xBE, 0xEF]))
let timings = HandoffTimings()

/// A zone's process.
func process(_ zone: String, _ incarnation: UInt64) -> ZoneProcess {
    ZoneProcess(name(zone), Incarnation(rawValue: incarnation))
}

/// A zone's name.
func name(_ text: String) -> ZoneName {
    guard let name = ZoneName(text) else { preconditionFailure("\(text) is no zone's name") }
    return name
}
