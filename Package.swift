// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["MartletCLI"]),
        .library(name: "MartletCore", targets: ["MartletCore"]),
        .library(name: "Martlet", targets: ["Martlet"]),
        .library(name: "MartletLifecycle", targets: ["MartletLifecycle"]),
        .library(name: "MartletExpectations", targets: ["MartletExpectations"]),
        .library(name: "MartletRedis", targets: ["MartletRedis"]),
        .library(name: "MartletPostgres", targets: ["MartletPostgres"]),
        .library(name: "MartletSQLite", targets: ["MartletSQLite"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .target(name: "MartletCore", swiftSettings: strict),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CPgQuery", providers: [.apt(["libpg-query-dev"])]),
        .systemLibrary(name: "CLibCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(name: "MartletPostgres", dependencies: ["MartletCore", "CLibPQ", "CPgQuery"], swiftSettings: strict),
        .target(
            name: "MartletSQLite",
            dependencies: [
                "MartletCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Martlet",
            dependencies: [
                "MartletCore",
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "MartletLifecycle",
            dependencies: ["Martlet", .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")],
            swiftSettings: strict
        ),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "MartletRedis", dependencies: ["Martlet", "CHiredis"], swiftSettings: strict),
        .target(name: "MartletExpectations", dependencies: ["MartletCore", "Martlet"], swiftSettings: strict),
        .target(
            name: "MartletLoad",
            dependencies: ["MartletCore", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict
        ),
        .target(name: "MartletAdvisor", dependencies: ["MartletCore"], swiftSettings: strict),
        .target(
            name: "CaseStudies",
            dependencies: ["MartletCore", "Martlet", "CLibCrypt"],
            exclude: [
                "AuthChat/README.md", "Chat/README.md", "Dchat/README.md", "Journeys/README.md", "Renders/README.md",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "MartletTesting",
            dependencies: ["MartletCore", "MartletPostgres", "MartletSQLite"],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "MartletCLI",
            dependencies: [
                "MartletCore", "MartletPostgres", "MartletSQLite", "Martlet", "MartletAdvisor", "MartletLoad",
                "CaseStudies", "MartletTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletCoreTests",
            dependencies: ["MartletCore", "CPgQuery"],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletPostgresTests",
            dependencies: ["MartletCore", "MartletPostgres", "MartletTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletSQLiteTests",
            dependencies: [
                "MartletCore", "MartletSQLite", "MartletTesting", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletTests",
            dependencies: [
                "MartletCore", "Martlet", "MartletLifecycle", "MartletExpectations", "MartletSQLite", "MartletPostgres",
                "MartletTesting",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        // A process of its own for the tests of what processes share.
        .executableTarget(
            name: "CacheMember",
            dependencies: ["MartletCore", "Martlet", "MartletRedis", "MartletSQLite", "MartletPostgres"],
            path: "Tests/CacheMember",
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletRedisTests",
            dependencies: [
                "CacheMember", "MartletCore", "Martlet", "MartletRedis", "MartletSQLite", "MartletPostgres",
                "MartletTesting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletAdvisorTests",
            dependencies: [
                "MartletCore", "Martlet", "MartletAdvisor", "CaseStudies", "MartletSQLite", "MartletPostgres",
                "MartletTesting",
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CaseStudiesTests",
            dependencies: [
                "MartletCore", "Martlet", "MartletExpectations", "CaseStudies", "MartletSQLite", "MartletPostgres",
                "MartletTesting",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MartletLoadTests",
            dependencies: ["MartletCore", "MartletLoad", "MartletSQLite", "MartletPostgres", "MartletTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["MartletCore", "Martlet", "MartletSQLite", "MartletPostgres", "MartletTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "MartletCore", "Martlet", "MartletCLI", "MartletAdvisor", "MartletLoad", "MartletSQLite",
                "MartletPostgres", "MartletTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: strict
        ),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
