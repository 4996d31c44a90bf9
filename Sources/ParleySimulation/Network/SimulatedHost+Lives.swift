internal import ParleySockets

extension SimulatedHost {
    /// The loop of the present life.
    var loop: SimulatedLoop { life.loop }

    /// The loop for the code that asks: its own where that is one of this host's. What a crash has
    /// ended thereby gets nothing of the next life.
    var callersLoop: SimulatedLoop {
        guard let current = scheduler.current, current.number == index else { return loop }
        return current
    }

    /// All lives of the host, the present one last.
    var lives: [HostLife] { pastLives + [life] }

    /// Ends the present life: memory is gone, and records stay as they are now.
    func beginNextLife() {
        life.end()
        pastLives.append(life)
        life = makeLife(MachineRecords(copying: life.machine.kept))
    }

    func makeLife(_ records: MachineRecords) -> HostLife {
        let machine = SimulatedMachine(time: time, records: records) { [unowned self] address in
            fabric.host(at: address, from: self)?.life.machine.kept
        }
        let loop = SimulatedLoop(
            number: index, opener: self, machine: machine, time: time, scheduler: scheduler)
        return HostLife(loop: loop, machine: machine)
    }
}
