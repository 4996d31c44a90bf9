import CBenchmarkBaseline
import Foundation

/// The way between clients and a server, which can be told to get worse.
enum Relay {
    static func run(_ arguments: RoleArguments) {
        bench_relay_open(arguments.c("port"))
        RoleProcess.obey("relay") { mode in
            ["at": bench_relay_do(Int32(mode))]
        }
        RoleProcess.obey("report") { _ in
            let figures = bench_relay_report()
            return [
                "flows": figures.flows, "switches": figures.switches,
                "mostSwitches": figures.most_switches, "addresses": figures.addresses,
                "largestRatio": Int64(figures.largest_ratio * 1_000),
            ]
        }
        RoleProcess.ready()
        bench_relay()
    }
}
