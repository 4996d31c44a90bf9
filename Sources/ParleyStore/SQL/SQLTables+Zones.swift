internal import ParleyHandoff

extension SQLTables {
    func lock(_ zone: ZoneName) async throws(StoreFault) -> ZoneRecord? {
        guard try await !run(.lockZone, .text(zone.text)).isEmpty else { return nil }
        _ = try await run(.lockBeat, .text(zone.text))
        return try await self.zone(zone)
    }

    func fence(_ life: ZoneProcess) async throws(StoreFault) -> Bool {
        let rows = try await run(
            .fenceZone, .text(life.zone.text), SQLValue(life.incarnation.rawValue))
        return !rows.isEmpty
    }

    func zone(_ name: ZoneName) async throws(StoreFault) -> ZoneRecord? {
        try await run(.readZone, .text(name.text)).first.map(ZoneRecord.init(row:))
    }

    func isReady(_ place: ZoneProcess) async throws(StoreFault) -> Bool {
        let rows = try await run(
            .isZoneReady, .text(place.zone.text), SQLValue(place.incarnation.rawValue))
        return !rows.isEmpty
    }

    func zones() async throws(StoreFault) -> [ZoneRecord] {
        try await run(.readZones).map(ZoneRecord.init(row:))
    }

    func write(_ zone: ZoneRecord) async throws(StoreFault) {
        let life = zone.life
        _ = try await run(
            .writeZone, .text(life.zone.text), SQLValue(life.incarnation.rawValue),
            SQLValue(zone.phase.rawValue), .text(zone.address),
            SQLValue(zone.capacity), SQLValue(zone.mark))
        _ = try await run(
            .writeBeat, .text(life.zone.text), SQLValue(life.incarnation.rawValue),
            SQLValue(zone.isAlive), SQLValue(zone.load),
            SQLValue(zone.beat))
    }

    func beat(_ life: ZoneProcess, number: UInt64, load: UInt32) async throws(StoreFault) -> UInt64?
    {
        let rows = try await run(
            .beat, .text(life.zone.text), SQLValue(life.incarnation.rawValue), SQLValue(number),
            SQLValue(load))
        guard var row = rows.first else { return nil }
        return try row.bits()
    }

    func state(_ zone: ZoneName) async throws(StoreFault)
        -> (moment: UInt64, life: ZoneProcess, state: StoredState)?
    {
        guard var row = try await run(.readZoneState, .text(zone.text)).first else { return nil }
        let incarnation = Incarnation(rawValue: try row.bits())
        let life = ZoneProcess(zone, incarnation)
        let moment = try row.bits()
        let version: UInt16 = try row.number()
        return (moment, life, StoredState(version: version, bytes: try row.bytes()))
    }

    func write(_ state: StoredState, moment: UInt64, _ life: ZoneProcess) async throws(StoreFault) {
        _ = try await run(
            .writeZoneState, .text(life.zone.text), SQLValue(life.incarnation.rawValue),
            SQLValue(moment), SQLValue(state.version),
            .bytes(state.bytes))
    }
}
