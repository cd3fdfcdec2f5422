public import ArgumentParser
package import CaseStudies
public import MartletCore

extension CaseName: ExpressibleByArgument {}
extension CaseSize: ExpressibleByArgument {}
extension CaseIndexSet: ExpressibleByArgument {}
extension Way: ExpressibleByArgument {}
extension Dialect: ExpressibleByArgument {}
