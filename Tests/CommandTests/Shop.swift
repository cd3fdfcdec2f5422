import MartletCore

/// A small shop with three faults: a foreign key without an index, two indexes that are the same, and one too many.
enum Shop {
    /// The statements that make it, on either engine.
    static let script = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY,
            customer_id INTEGER NOT NULL REFERENCES customers (id),
            placed_on TEXT NOT NULL,
            total INTEGER NOT NULL
        );
        CREATE INDEX orders_placed_on ON orders (placed_on);
        CREATE INDEX orders_by_day ON orders (placed_on);
        INSERT INTO customers
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
        SELECT i, 'Customer ' || i FROM n;
        INSERT INTO orders
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
        SELECT i, i % 200 + 1, '2026-01-' || (10 + i % 20), i % 97 FROM n;
        """

    /// The schema that tables are in if nothing else is said.
    static func schema(_ dialect: Dialect) -> String {
        dialect == .sqlite ? "main" : "public"
    }

    /// The finding that `orders.customer_id` has no index.
    static func foreignKey(_ dialect: Dialect) -> String {
        "foreign-key-without-index/\(schema(dialect)).orders.customer_id"
    }

    /// Makes it.
    static func make(_ dialect: Dialect) async throws -> TestDatabase {
        try await TestDatabase(dialect, script: script)
    }
}
