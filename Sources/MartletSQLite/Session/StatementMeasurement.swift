/// What running a statement once took.
struct StatementMeasurement: Sendable {
    let rows: Int
    let seconds: Double
    let virtualMachineSteps: Int
}
