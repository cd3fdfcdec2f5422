package import MartletCore

/// How one engine keeps counters: what `Counters` and the commands ask of it.
///
/// All of it may run beside writers. Every method opens connections of its own, but for `value`, `values` and
/// `reserve`, which run on the caller's: they are right within the caller's transaction and snapshot.
package protocol CounterStore: Sendable {
    /// Checks a definition against the database and says how it would be installed and removed.
    ///
    /// Changes nothing. Throws if the table or the definition cannot be counted, with the reason.
    func plan(_ definition: CounterDefinition) async throws -> MigrationPlan

    /// Installs a counter: triggers from now on, numbers not yet.
    ///
    /// Installing what is there already does nothing; installing what has lost triggers makes them again, and the
    /// numbers count as not initialised. Returns whether they are initialised.
    @discardableResult
    func install(_ definition: CounterDefinition) async throws -> Bool

    /// Counts all there is in one snapshot and makes the counter right.
    ///
    /// One scan of the table. Without `force` a counter that has been initialised is left alone.
    func initialise(_ name: CounterName, force: Bool) async throws -> CounterCorrection

    /// Does the same in batches of keys, each in its own snapshot; what was done stays done if it is ended.
    func backfill(
        _ name: CounterName,
        options: BackfillOptions,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterCorrection

    /// Compares with the truth, in one snapshot, what is kept; changes nothing.
    func verify(_ name: CounterName) async throws -> CounterVerification

    /// Makes right what is wrong, in one snapshot; a second call finds nothing to do.
    func fix(_ name: CounterName) async throws -> CounterCorrection

    /// Joins what writers left apart: at most one row for each key, but for those that are in use at the moment.
    ///
    /// In small transactions: what was done stays done if it is ended.
    func fold(
        _ name: CounterName,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterFolding

    /// All counters, by name.
    func list() async throws -> [CounterStatus]

    /// Takes a counter away; what keeps the numbers goes too, but for a column of a parent.
    func remove(_ name: CounterName) async throws

    /// The SQL that a method would run, for people to read; without progress and retries.
    func script(of action: CounterAction) async throws -> String

    /// One number.
    func value(of name: CounterName, for key: CounterKey, on connection: any Connection) async throws -> CounterValue

    /// Many numbers in one round trip; a key without rows has 0.
    func values(
        of name: CounterName,
        for keys: [CounterKey],
        on connection: any Connection
    ) async throws -> [CounterKey: CounterValue]

    /// Keeps room for rows that this transaction will add, if the number stays within the limit with them.
    ///
    /// Must be called within a transaction: the room is kept until it ends, and others who ask for the same key wait.
    func reserve(
        _ amount: Int,
        of name: CounterName,
        for key: CounterKey,
        limit: Int,
        on connection: any Connection
    ) async throws -> Bool
}

extension CounterStore {
    /// Folds without saying how far it has come.
    package func fold(_ name: CounterName) async throws -> CounterFolding {
        try await fold(name) { _ in }
    }

    /// Runs what has to follow a body however it ends, even in a task that has been cancelled.
    ///
    /// If that fails, so has the connection, and nothing is left that could be set right.
    static func finishing<Success: Sendable, Ending: Sendable>(
        _ ending: @Sendable @escaping () async throws -> Ending,
        _ body: () async throws -> Success
    ) async throws -> Success {
        do {
            let success = try await body()
            await Task { _ = try? await ending() }.value
            return success
        } catch {
            await Task { _ = try? await ending() }.value
            throw error
        }
    }
}
