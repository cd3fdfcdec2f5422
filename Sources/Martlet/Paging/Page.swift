public import MartletCore

/// Some rows of an order, and the cursors that lead away from them.
public struct Page: Sendable {
    /// The rows, in the order that was asked for, whichever way they were read.
    public let rows: Rows
    /// Leads to the rows behind; nil if there were none when the page was read.
    public let next: PageCursor?
    /// Leads to the rows before; nil if there were none when the page was read.
    ///
    /// A page that was read forwards does not look back: it has this cursor unless it is the first.
    public let previous: PageCursor?
    /// Leads to whatever comes behind the last row, also what is not there yet: the last-read position.
    ///
    /// nil only for a first page without rows.
    public let resume: PageCursor?
}
