import MartletCore

/// Tables and index sets of the render studio in both dialects.
struct RendersSchema: CaseIndexes {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "renders", dialect: dialect) }

    var script: String {
        writer.opening + accountTables + workTables
    }

    /// The five that the document names; fifteen more it only counts.
    var seedIndexes: [CaseIndex] {
        [
            writer.index("idx_renders_chain_id", on: "renders", "(chain_id)"),
            writer.index("idx_renders_status", on: "renders", "(status)"),
            writer.index("idx_renders_project_status_created", on: "renders", "(project_id, status, created_at DESC)"),
            writer.index("idx_gallery_items_public_created", on: "gallery_items", "(is_public, created_at DESC)"),
            writer.index("idx_user_subscriptions_user_status", on: "user_subscriptions", "(user_id, status)"),
        ]
    }

    var expertIndexes: [CaseIndex] {
        let isPublic = dialect == .postgres ? "is_public" : "is_public = 1"
        return [
            writer.index("renders_of_chain", on: "renders", "(chain_id, chain_position) WHERE chain_id IS NOT NULL"),
            writer.index("renders_of_project", on: "renders", "(project_id, created_at DESC)"),
            writer.index("renders_of_user", on: "renders", "(user_id, created_at DESC)"),
            writer.index("renders_of_parent", on: "renders", "(parent_render_id)"),
            writer.index("renders_of_reference", on: "renders", "(reference_render_id)"),
            writer.index(
                "renders_in_work",
                on: "renders",
                "(status, created_at) WHERE status IN ('pending', 'processing')"
            ),
            writer.index("projects_of_user", on: "projects", "(user_id, created_at DESC)"),
            writer.index("chains_of_project", on: "render_chains", "(project_id)"),
            writer.index("public_gallery_items", on: "gallery_items", "(created_at DESC) WHERE \(isPublic)"),
            writer.index("gallery_items_of_user", on: "gallery_items", "(user_id)"),
            writer.index("subscriptions_of_user", on: "user_subscriptions", "(user_id)"),
            writer.index("subscriptions_of_plan", on: "user_subscriptions", "(plan_id)"),
        ]
    }

    private var accountTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)users (
              id         \(writer.uuidKey),
              email      text NOT NULL UNIQUE,
              name       text,
              created_at \(writer.created)
            );
            CREATE TABLE \(prefix)user_credits (
              id               \(writer.uuidKey),
              user_id          \(writer.uuid) NOT NULL UNIQUE REFERENCES \(prefix)users ON DELETE CASCADE,
              balance          integer NOT NULL DEFAULT 0,
              total_earned     integer NOT NULL DEFAULT 0,
              total_spent      integer NOT NULL DEFAULT 0,
              monthly_reset_at \(writer.instant),
              updated_at       \(writer.created)
            );
            CREATE TABLE \(prefix)subscription_plans (
              id                \(writer.uuidKey),
              name              text NOT NULL UNIQUE,
              price_cents       integer NOT NULL,
              credits_per_month integer NOT NULL,
              is_active         \(writer.boolean) NOT NULL DEFAULT \(writer.literal(true))
            );
            CREATE TABLE \(prefix)user_subscriptions (
              id                   \(writer.uuidKey),
              user_id              \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              plan_id              \(writer.uuid) NOT NULL REFERENCES \(prefix)subscription_plans,
              status               text NOT NULL
                CHECK (status IN ('pending', 'active', 'canceled', 'past_due', 'unpaid')),
              current_period_start \(writer.instant) NOT NULL,
              current_period_end   \(writer.instant) NOT NULL,
              created_at           \(writer.created)
            );

            """
    }

    private var workTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)projects (
              id          \(writer.uuidKey),
              user_id     \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              name        text NOT NULL,
              description text,
              created_at  \(writer.created),
              updated_at  \(writer.created)
            );
            CREATE TABLE \(prefix)render_chains (
              id         \(writer.uuidKey),
              project_id \(writer.uuid) NOT NULL REFERENCES \(prefix)projects ON DELETE CASCADE,
              name       text NOT NULL,
              created_at \(writer.created),
              updated_at \(writer.created)
            );
            CREATE TABLE \(prefix)renders (
              id                  \(writer.uuidKey),
              user_id             \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              project_id          \(writer.uuid) REFERENCES \(prefix)projects ON DELETE CASCADE,
              chain_id            \(writer.uuid) REFERENCES \(prefix)render_chains,
              chain_position      integer,
              parent_render_id    \(writer.uuid) REFERENCES \(prefix)renders ON DELETE SET NULL,
              reference_render_id \(writer.uuid) REFERENCES \(prefix)renders ON DELETE SET NULL,
              type                text NOT NULL DEFAULT 'image' CHECK (type IN ('image', 'video')),
              prompt              text NOT NULL,
              settings            \(writer.json),
              output_url          text,
              status              text NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
              error_message       text,
              credits_cost        integer NOT NULL DEFAULT 1,
              created_at          \(writer.created),
              updated_at          \(writer.created)
            );
            CREATE TABLE \(prefix)gallery_items (
              id         \(writer.uuidKey),
              render_id  \(writer.uuid) NOT NULL UNIQUE REFERENCES \(prefix)renders ON DELETE CASCADE,
              user_id    \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              is_public  \(writer.boolean) NOT NULL DEFAULT \(writer.literal(false)),
              likes      integer NOT NULL DEFAULT 0,
              views      integer NOT NULL DEFAULT 0,
              created_at \(writer.created)
            );
            """
    }
}
