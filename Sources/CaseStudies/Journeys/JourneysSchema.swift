import MartletCore

/// Tables of the journeys in both dialects.
struct JourneysSchema: Sendable {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "journeys", dialect: dialect) }

    var script: String {
        writer.opening + planTables + walkTables + talkTables
    }

    private var tenant: String { "\(writer.uuid) NOT NULL REFERENCES \(writer.prefix)tenants" }

    private var planTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)tenants (
              id         \(writer.uuidKey),
              name       text NOT NULL,
              settings   \(writer.json) NOT NULL DEFAULT '{}',
              created_at \(writer.created),
              updated_at \(writer.created)
            );
            CREATE TABLE \(prefix)contacts (
              id         \(writer.uuidKey),
              tenant_id  \(tenant),
              phone      text NOT NULL,
              name       text,
              created_at \(writer.created),
              UNIQUE (tenant_id, phone)
            );
            CREATE TABLE \(prefix)journeys (
              id         \(writer.uuidKey),
              tenant_id  \(tenant),
              name       text NOT NULL,
              status     text NOT NULL DEFAULT 'DRAFT',
              created_at \(writer.created),
              updated_at \(writer.created)
            );
            CREATE TABLE \(prefix)journey_nodes (
              id         \(writer.uuidKey),
              tenant_id  \(tenant),
              journey_id \(writer.uuid) NOT NULL REFERENCES \(prefix)journeys ON DELETE CASCADE,
              type       text NOT NULL,
              config     \(writer.json) NOT NULL DEFAULT '{}',
              created_at \(writer.created),
              updated_at \(writer.created)
            );

            """
    }

    private var walkTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)journey_contacts (
              id              \(writer.uuidKey),
              tenant_id       \(tenant),
              journey_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)journeys ON DELETE CASCADE,
              contact_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)contacts ON DELETE CASCADE,
              current_node_id \(writer.uuid) REFERENCES \(prefix)journey_nodes ON DELETE SET NULL,
              status          text NOT NULL CHECK (status IN ('ACTIVE', 'PAUSED', 'COMPLETED', 'FAILED')),
              created_at      \(writer.created),
              updated_at      \(writer.created),
              UNIQUE (journey_id, contact_id)
            );
            CREATE TABLE \(prefix)journey_node_executions (
              id                 \(writer.uuidKey),
              tenant_id          \(tenant),
              journey_contact_id \(writer.uuid) NOT NULL REFERENCES \(prefix)journey_contacts ON DELETE CASCADE,
              node_id            \(writer.uuid) NOT NULL REFERENCES \(prefix)journey_nodes ON DELETE CASCADE,
              status             text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED')),
              result             \(writer.json),
              error              text,
              executed_at        \(writer.instant),
              created_at         \(writer.created)
            );

            """
    }

    private var talkTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)conversations (
              id         \(writer.uuidKey),
              tenant_id  \(tenant),
              contact_id \(writer.uuid) NOT NULL REFERENCES \(prefix)contacts,
              created_at \(writer.created)
            );
            CREATE TABLE \(prefix)messages (
              id              \(writer.uuidKey),
              tenant_id       \(tenant),
              conversation_id \(writer.uuid) NOT NULL REFERENCES \(prefix)conversations ON DELETE CASCADE,
              direction       text NOT NULL CHECK (direction IN ('INBOUND', 'OUTBOUND')),
              body            text NOT NULL,
              status          text NOT NULL,
              created_at      \(writer.created)
            );
            CREATE TABLE \(prefix)call_logs (
              id               \(writer.uuidKey),
              tenant_id        \(tenant),
              contact_id       \(writer.uuid) REFERENCES \(prefix)contacts,
              status           text NOT NULL,
              duration_seconds integer,
              created_at       \(writer.created)
            );
            """
    }
}
