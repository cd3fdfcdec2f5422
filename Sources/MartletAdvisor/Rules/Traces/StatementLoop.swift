import MartletCore

/// One statement that ran again and again within a trace, each time asking something else.
struct StatementLoop {
    let executions: [Execution]
    /// The statement whose result the parameters came from; nil if no result explains them.
    let source: Source?

    struct Source {
        let execution: Execution
        /// Rows of all its executions.
        let rows: Int
        /// Executions of the loop that were given a value from them.
        let explained: Int
    }

    var roundTrips: Int { Set(executions.map(\.roundTrip)).count }
    var duration: Duration { executions.reduce(.zero) { $0 + $1.duration } }
}
