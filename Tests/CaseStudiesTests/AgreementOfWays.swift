import CaseStudies
import MartletCore
import Testing

/// Whether all ways of each operation give the same, but those that are known to be wrong, which must be wrong indeed.
struct AgreementOfWays {
    private let study: any CaseStudy
    private let dialect: Dialect

    init(_ study: any CaseStudy, _ dialect: Dialect) {
        self.study = study
        self.dialect = dialect
    }

    func check() async throws {
        var given: [String: [Way: [[Value]]]] = [:]
        for way in Way.allCases {
            try await CaseTemplates.with(study, dialect, indexes: study.indexSet(of: way) ?? .none, way: way) { fixture in
                for operation in study.operations(of: .small) where operation.ways[way] != nil {
                    given[operation.id, default: [:]][way] = try await fixture.rolledBack(operation, way)
                }
            }
        }
        for operation in study.operations(of: .small) {
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
