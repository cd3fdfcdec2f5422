import Foundation
import MartletCore

/// Makes the rows of the render studio.
struct RendersData: CaseData {
    let study = RendersCaseStudy()
    let shape: RendersShape
    let dialect: Dialect
    let seed: DataSeed

    /// Of a hundred renders, how many failed, wait, and are being worked on; all others are done.
    private static let failed = 4
    private static let pending = 3
    private static let processing = 3

    var tables: [GeneratedTable] {
        [users, credits, plans, subscriptions, projects, chains, renders, galleryItems]
    }

    private var users: GeneratedTable {
        table("users", ["id", "email", "name", "created_at"], shape.users) { [shape] in
            { number in
                [
                    .uuid(RendersID.user(number)), .text("user\(number)@example.com"), .text("User \(number)"),
                    .timestamp(DataSeed.instant(number, of: shape.users)),
                ]
            }
        }
    }

    private var credits: GeneratedTable {
        let columns = ["id", "user_id", "balance", "total_earned", "total_spent", "monthly_reset_at"]
        return table("user_credits", columns, shape.users) { [seed] in
            var random = seed.generator(stream: 11)
            return { number in
                let earned = Int64.random(in: 100...2_000, using: &random)
                let spent = Int64.random(in: 0...100, using: &random)
                // Every fifth is due.
                let days: Int64 = number.isMultiple(of: 5) ? -1 : 10
                let reset = DataSeed.end.microsecondsSince1970 + days * 86_400_000_000
                return [
                    .uuid(RendersID.credits(number)), .uuid(RendersID.user(number)), .integer(earned - spent),
                    .integer(earned), .integer(spent), .timestamp(Timestamp(microsecondsSince1970: reset)),
                ]
            }
        }
    }

    private var plans: GeneratedTable {
        table("subscription_plans", ["id", "name", "price_cents", "credits_per_month", "is_active"], shape.plans) {
            { number in
                [
                    .uuid(RendersID.plan(number)), .text(["Starter", "Studio", "Office"][number - 1]),
                    .integer(Int64(number) * 1_900), .integer(Int64(number) * 200), true,
                ]
            }
        }
    }

    private var subscriptions: GeneratedTable {
        let columns = [
            "id", "user_id", "plan_id", "status", "current_period_start", "current_period_end", "created_at",
        ]
        return table("user_subscriptions", columns, shape.subscriptions) { [shape] in
            { number in
                // The last row is the second active subscription of user 3.
                let user = number > shape.users ? 3 : number
                let isActive = user != 4 && user % 10 < 8
                let created = DataSeed.instant(number, of: shape.subscriptions)
                return [
                    .uuid(RendersID.subscription(number)), .uuid(RendersID.user(user)),
                    .uuid(RendersID.plan(number > shape.users ? 3 : user % 3 + 1)), isActive ? "active" : "canceled",
                    .timestamp(created), .timestamp(DataSeed.end), .timestamp(created),
                ]
            }
        }
    }

    private var projects: GeneratedTable {
        let columns = ["id", "user_id", "name", "description", "created_at", "updated_at"]
        return table("projects", columns, shape.projects) { [shape, seed] in
            var random = seed.generator(stream: 14)
            let prose = Prose(using: &random)
            return { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.projects))
                return [
                    .uuid(RendersID.project(number)), .uuid(RendersID.user(shape.owner(ofProject: number))),
                    .text("Project \(number)"), .text(prose.excerpt(using: &random)), created, created,
                ]
            }
        }
    }

    private var chains: GeneratedTable {
        table("render_chains", ["id", "project_id", "name", "created_at", "updated_at"], shape.chains) { [shape] in
            { number in
                let created = Value.timestamp(DataSeed.instant(number, of: shape.chains))
                return [
                    .uuid(RendersID.chain(number)), .uuid(RendersID.project(shape.project(ofChain: number))),
                    .text("Chain \(number)"), created, created,
                ]
            }
        }
    }

    private var renders: GeneratedTable {
        let columns = [
            "id", "user_id", "project_id", "chain_id", "chain_position", "parent_render_id", "reference_render_id",
            "type", "prompt", "settings", "output_url", "status", "error_message", "credits_cost", "created_at",
            "updated_at",
        ]
        return table("renders", columns, shape.renders) { [shape, seed] in
            var random = seed.generator(stream: 16)
            let prose = Prose(using: &random)
            return { number in
                let chain = shape.chain(ofRender: number)
                let place = shape.place(ofRender: number)
                let status = Self.status(using: &random)
                let created = Value.timestamp(DataSeed.instant(number, of: shape.renders))
                // Each render is made from the one before it in its chain, and looks at the first.
                let parent = place == 1 ? Value.null : .uuid(RendersID.render(number - shape.chains))
                let reference = place == 1 ? Value.null : .uuid(RendersID.render(chain))
                return [
                    .uuid(RendersID.render(number)), .uuid(RendersID.user(shape.owner(ofChain: chain))),
                    .uuid(RendersID.project(shape.project(ofRender: number))), .uuid(RendersID.chain(chain)),
                    .integer(Int64(place)), parent, reference, number.isMultiple(of: 10) ? "video" : "image",
                    .text(prose.excerpt(using: &random)), .json(#"{"size": "1024x1024", "style": "photo"}"#),
                    status == "completed" ? .text("https://cdn.example.com/renders/\(number).png") : .null,
                    .text(status), status == "failed" ? "the model gave no answer in time" : .null,
                    .integer(Int64.random(in: 1...4, using: &random)), created, created,
                ]
            }
        }
    }

    private var galleryItems: GeneratedTable {
        let columns = ["id", "render_id", "user_id", "is_public", "likes", "views", "created_at"]
        return table("gallery_items", columns, shape.galleryItems) { [shape, seed] in
            var random = seed.generator(stream: 17)
            return { number in
                let render = number * RendersShape.rendersPerGalleryItem
                let user = shape.owner(ofChain: shape.chain(ofRender: render))
                let likes = Int64.random(in: 0...200, using: &random)
                return [
                    .uuid(RendersID.galleryItem(number)), .uuid(RendersID.render(render)),
                    .uuid(RendersID.user(user)), .bool(!number.isMultiple(of: 5)), .integer(likes),
                    .integer(likes * 12), .timestamp(DataSeed.instant(number, of: shape.galleryItems)),
                ]
            }
        }
    }

    private static func status(using random: inout SplitMix64) -> String {
        let percent = Int.random(in: 0..<100, using: &random)
        if percent < failed { return "failed" }
        if percent < failed + pending { return "pending" }
        return percent < failed + pending + processing ? "processing" : "completed"
    }
}
