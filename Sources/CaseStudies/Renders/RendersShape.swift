import MartletCore

/// How many rows the render studio has, and who owns them.
///
/// User 1 is the one who breaks the document's caps of 1,000 projects and 100 renders; user 2 stays below them; user 3
/// has two active subscriptions, user 4 has none. All others share what is left evenly.
struct RendersShape: Sendable, Hashable {
    var users: Int
    var projects: Int
    var chains: Int
    /// Chains of user 1.
    var chainsOfUser1: Int

    /// Renders of one chain: the figure of the source document.
    ///
    /// All renders are in chains.
    static let rendersPerChain = 50
    let projectsOfUser1 = 1_500
    let projectsOfUser2 = 20
    /// Projects on which user 1 works now: the newest, and every fifth of his renders is in one of them.
    static let currentProjects = 100
    static let shareOfCurrentProjects = 5
    /// One render in ten is shown in the gallery.
    static let rendersPerGalleryItem = 10
    let plans = 3

    init(size: CaseSize, dialect: Dialect) {
        switch size {
        case .small, .tenThousand:
            (users, projects, chains, chainsOfUser1) = (100, 2_000, 200, 80)
        case .large:
            (users, projects, chains, chainsOfUser1) = (10_000, 50_000, 20_000, 400)
            if dialect == .sqlite {
                (users, projects, chains, chainsOfUser1) = (2_500, 12_500, 5_000, 100)
            }
        }
    }

    var renders: Int { chains * Self.rendersPerChain }
    var galleryItems: Int { renders / Self.rendersPerGalleryItem }
    /// One for each user, and a second active one for user 3.
    var subscriptions: Int { users + 1 }

    func owner(ofProject project: Int) -> Int {
        if project <= projectsOfUser1 { return 1 }
        if project <= projectsOfUser1 + projectsOfUser2 { return 2 }
        return 3 + (project - projectsOfUser1 - projectsOfUser2 - 1) % (users - 2)
    }

    func owner(ofChain chain: Int) -> Int {
        if chain <= chainsOfUser1 { return 1 }
        return chain == chainsOfUser1 + 1 ? 2 : 3 + (chain - chainsOfUser1 - 2) % (users - 2)
    }

    /// Renders of one chain lie as far apart in the table as the chains that were worked on at the same time.
    func chain(ofRender render: Int) -> Int {
        (render - 1) % chains + 1
    }

    /// Its place within the chain, from 1.
    func place(ofRender render: Int) -> Int {
        (render - 1) / chains + 1
    }

    /// The render at a place of a chain.
    func render(ofChain chain: Int, place: Int) -> Int {
        (place - 1) * chains + chain
    }

    func project(ofRender render: Int) -> Int {
        let chain = chain(ofRender: render)
        let user = owner(ofChain: chain)
        let turn = (place(ofRender: render) - 1) * chainsOfUser1 + chain - 1
        switch user {
        case 1 where turn.isMultiple(of: Self.shareOfCurrentProjects):
            let current = turn / Self.shareOfCurrentProjects % Self.currentProjects
            return projectsOfUser1 - Self.currentProjects + 1 + current
        case 1: return 1 + turn % projectsOfUser1
        case 2: return projectsOfUser1 + 1 + render % projectsOfUser2
        default: return project(ofUser: user, number: place(ofRender: render))
        }
    }

    func project(ofChain chain: Int) -> Int {
        let user = owner(ofChain: chain)
        switch user {
        case 1: return 1 + chain % projectsOfUser1
        case 2: return projectsOfUser1 + 1
        default: return project(ofUser: user, number: chain)
        }
    }

    /// One of the projects of a user beyond the second.
    private func project(ofUser user: Int, number: Int) -> Int {
        let first = projectsOfUser1 + projectsOfUser2 + 1 + (user - 3)
        let count = (projects - first) / (users - 2) + 1
        return first + number % count * (users - 2)
    }
}
