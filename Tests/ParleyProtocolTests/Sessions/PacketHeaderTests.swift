import Testing
@Suite struct PacketHeaderTests {}
