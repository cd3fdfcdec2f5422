/// From which numbers on something counts as much; each with the source of its default.
package struct Thresholds: Sendable {
    /// Bytes from which an estimate of no rows at all is out of date rather than right: eight pages of PostgreSQL.
    static let credibleEmptyBytes = 64 * 1_024

    // MARK: Tables and indexes

    /// Rows below which a table is tiny, so that reading all of it costs little.
    ///
    /// PgHero advises indexes from 500 rows.
    package var tinyTableRows = 500
    /// Bytes below which a table of unknown rows is tiny: eight pages of PostgreSQL, about as many as two look-ups
    /// touch.
    package var tinyTableBytes = 64 * 1_024
    /// Bytes below which an index is not worth dropping.
    ///
    /// pganalyze never reports one below 32 kB as unused.
    package var tinyIndexBytes = 32 * 1_024
    /// Days for which usage must have been counted before no use proves anything.
    ///
    /// pganalyze waits 35: a month-end job runs once in them.
    package var unusedIndexDays = 35
    /// Distinct values up to which a column tells rows apart badly.
    ///
    /// With ten equally common values a look-up returns a tenth of the table; with more than ten rows to a page it
    /// touches nearly every page, each at `random_page_cost`, which is four times a sequential one (PostgreSQL's
    /// default).
    package var fewDistinctValues = 10
    /// Rows from which statistics on distinct values say something about a column rather than about a young table.
    package var rowsForDistinctValues = 1_000
    /// Share of rows changed since the last ANALYZE: twice `autovacuum_analyze_scale_factor` (0.1), so that autovacuum
    /// has had its chance.
    package var staleRowsRatio = 0.2
    /// Rows changed below which plans hardly move, whatever their share.
    package var staleRowsMin = 1_000
    /// Bytes from which SQLite's planner should have statistics of a table: 256 of its pages.
    package var unanalyzedTableBytes = 1_024 * 1_024
    /// Share of a sequence used up at which to plan: at a steady pace a third of the time so far is left.
    package var sequenceWarningRatio = 0.75
    /// Share of a sequence used up at which to act: a ninth of the time so far is left.
    package var sequenceCriticalRatio = 0.9
    /// How many tables and how many indexes are listed as the largest: what a reader takes in at a glance.
    package var largestRelations = 5

    // MARK: Statements

    /// Rows from which a table or a sort is large: reading or sorting fewer takes one or two milliseconds.
    package var largeRows = 10_000
    /// Share of the rows read up to which a result is small, so that an index would leave most of them unread.
    ///
    /// The planner's own turning point is between 5 and 10 % at the default costs.
    package var smallResultRatio = 0.1
    /// Share of the time of all statements from which one of them matters whatever its mean.
    package var timeShareRatio = 0.05
    /// Mean from which a frequent statement is slow.
    ///
    /// PgHero: 20 ms and 100 calls.
    package var slowMeanSeconds = 0.02
    /// Calls from which a slow statement is frequent.
    ///
    /// PgHero: 20 ms and 100 calls.
    package var slowCalls = 100

    // MARK: Traces

    /// Rows in one result that are more than anyone looks at: ten pages of fifty.
    package var manyRows = 500
    /// Share of the values of a result up to which later statements hardly used it: a row picked from a page of twenty.
    package var usedValuesRatio = 0.05
    /// Executions of one statement from which it runs once per row.
    ///
    /// Sentry's N+1 detector: 5.
    package var perRowExecutions = 5
    /// Executions in a loop that no result explains from which they are worth a note: twice those of
    /// `perRowExecutions`, because a fixed fan-out (six is known from Sentry's false alarms) is meant so.
    package var loopExecutions = 10
    /// Share of a trace's time that sharing round trips must save to be more than a note.
    ///
    /// Sentry: 10 %.
    package var savedTimeRatio = 0.1

    package init() {}
}
