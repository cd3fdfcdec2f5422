import MartletCore
import Synchronization

/// Keeps the statements of one run with their values, so that they can be explained; gone with the proof.
///
/// Unlike the recorder of an application it must hold values: a plan depends on them.
final class StatementCapture: ConnectionObserver {
    struct Summary {
        var statements: [BoundStatement] = []
        var roundTrips = RoundTripCounter()
        var rows = 0
        var bytes = 0
    }

    private let state = Mutex(Summary())

    var summary: Summary {
        state.withLock { $0 }
    }

    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation {
        let number = state.withLock { state in
            state.statements += statements
            return state.roundTrips.begin()
        }
        return Call(capture: self, roundTrip: number)
    }

    private struct Call: CallObservation {
        let capture: StatementCapture
        let roundTrip: Int

        func received(_ rows: Rows, ofStatementAt position: Int) {
            let bytes = rows.byteCount
            capture.state.withLock { state in
                state.rows += rows.count
                state.bytes += bytes
            }
        }

        func ended(_ error: (any Error)?) async {
            capture.state.withLock { $0.roundTrips.end(roundTrip) }
        }
    }
}
