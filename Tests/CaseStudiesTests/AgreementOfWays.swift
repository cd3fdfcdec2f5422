import CaseStudies
import MartletCore
import Testing

/// Whether all ways of each operation give the same, but those that are known to be wrong, which must be wrong indeed.
struct AgreementOfWays {
    /// Hands a database with a set of indexes, and the change of a way, to a body.
    typealias Lender = (CaseIndexSet, Way, (CaseFixture) async throws -> Void) async throws -> Void

    private let study: any CaseStudy
    private let dialect: Dialect
    private let lend: Lender

    /// Builds each database anew.
    init(_ study: any CaseStudy, _ dialect: Dialect) {
        self.init(study, dialect) { indexes, way, body in
            try await CaseFixture.with(study, dialect, indexes: indexes, way: way, body)
        }
    }

    /// Takes databases that are at hand.
    init(_ study: any CaseStudy, _ dialect: Dialect, lend: @escaping Lender) {
        self.study = study
        self.dialect = dialect
        self.lend = lend
    }

    func check() async throws {
        var given: [String: [Way: [[Value]]]] = [:]
        for way in Way.allCases {
            try await lend(study.indexSet(of: way) ?? .none, way) { fixture in
                for operation in study.operations(of: .small, for: dialect) where operation.ways[way] != nil {
                    given[operation.id, default: [:]][way] = try await fixture.rolledBack(operation, way)
                }
            }
        }
        for operation in study.operations(of: .small, for: dialect) {
            let right = try #require(given[operation.id]?[.expert], "\(operation.id)")
            #expect(!right.isEmpty, "\(operation.id) shows nothing")
            for way in Way.allCases {
                guard let rows = given[operation.id]?[way] else { continue }
                let fault = operation.fault(of: way, in: dialect)
                #expect((rows == right) == (fault == nil), "\(operation.id) \(way.rawValue): \(fault ?? "no fault")")
            }
        }
    }
}
