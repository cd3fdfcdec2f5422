/// The applications there are, by the names that commands call them.
package enum CaseName: String, Sendable, Hashable, CaseIterable {
    case chat
    case renders
    case journeys
    case dchat
    case authchat

    /// The application of that name.
    package var study: any CaseStudy {
        switch self {
        case .chat: ChatCaseStudy()
        case .renders: RendersCaseStudy()
        case .journeys: JourneysCaseStudy()
        case .dchat: DchatCaseStudy()
        case .authchat: AuthChatCaseStudy()
        }
    }
}
