package import MartletCore

/// A plan with a name in time: what the journal keeps and the files are named by.
package struct Migration: Sendable, Hashable {
    /// `YYYYMMDD-HHMMSS-<slug>`: sorts by the time it was planned.
    package var id: String
    /// The finding it mends; empty if it mends none.
    package var finding: String
    /// The SQL it is written in.
    package var dialect: Dialect
    /// When it was planned.
    package var createdAt: Timestamp
    /// What it does.
    package var plan: MigrationPlan

    /// Names a plan by the moment it was made.
    package init(_ plan: MigrationPlan, finding: String, dialect: Dialect, createdAt: Timestamp) {
        self.init(
            id: Self.id(for: plan.name, at: createdAt),
            plan,
            finding: finding,
            dialect: dialect,
            createdAt: createdAt
        )
    }

    init(id: String, _ plan: MigrationPlan, finding: String, dialect: Dialect, createdAt: Timestamp) {
        self.id = id
        self.plan = plan
        self.finding = finding
        self.dialect = dialect
        self.createdAt = createdAt
    }

    /// Equal for plans whose up, down and verify are equal, and practically only for them.
    package var checksum: String {
        MigrationChecksum(of: plan).description
    }

    /// Most bytes of a slug: long enough for an index name (63 bytes), short enough for a file name (255 bytes).
    private static let slugBytesMax = 100

    static func id(for name: String, at moment: Timestamp) -> String {
        let digits = moment.description.prefix(19).filter(\.isNumber)
        return "\(digits.prefix(8))-\(digits.suffix(6))-\(slug(name))"
    }

    /// Lower-case letters of any script and digits; everything else becomes one hyphen.
    private static func slug(_ name: String) -> String {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        var slug = words.joined(separator: "-")
        while slug.utf8.count > slugBytesMax { slug.removeLast() }
        return slug.isEmpty ? "migration" : slug
    }

    /// The migration under a name that none of these has: planned in the same second, a second one gets a number.
    package func named(apartFrom others: [Migration]) -> Migration {
        var named = self
        var number = 1
        while others.contains(where: { $0.id == named.id && $0.checksum != checksum }) {
            number += 1
            named.id = "\(id)-\(number)"
        }
        return named
    }
}
