import MartletCore

/// Names of the render studio's tables, and the little in which its SQL differs between the dialects.
struct RendersTables: Sendable {
    let users: QualifiedName
    let credits: QualifiedName
    let plans: QualifiedName
    let subscriptions: QualifiedName
    let projects: QualifiedName
    let chains: QualifiedName
    let renders: QualifiedName
    let galleryItems: QualifiedName
    /// An expression for the instant of the statement.
    let now: String

    init(_ dialect: Dialect) {
        let study = RendersCaseStudy()
        users = study.table("users", in: dialect)
        credits = study.table("user_credits", in: dialect)
        plans = study.table("subscription_plans", in: dialect)
        subscriptions = study.table("user_subscriptions", in: dialect)
        projects = study.table("projects", in: dialect)
        chains = study.table("render_chains", in: dialect)
        renders = study.table("renders", in: dialect)
        galleryItems = study.table("gallery_items", in: dialect)
        now = SchemaWriter(schema: study.name, dialect: dialect).now
    }
}
