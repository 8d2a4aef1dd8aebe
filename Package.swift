// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6, no implicit existential, imports internal unless said, no warning left standing.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "Lageplan",
  products: [
    .executable(name: "lageplan", targets: ["lageplan"]),
    .executable(name: "lageplan-bench", targets: ["lageplan-bench"]),
  ],
  dependencies: [
    // `traits: []` keeps swift-configuration and the full Foundation out of the build.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    // C libraries, one target each.
    .systemLibrary(name: "CSpatiaLite"),
    .systemLibrary(name: "CGEOS"),
    .systemLibrary(name: "CPROJ"),
    .systemLibrary(name: "CDeflate"),
    .systemLibrary(name: "CZstd"),
    .systemLibrary(name: "CBrotli"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CFreeType", pkgConfig: "freetype2"),
    .target(name: "CGDAL"),
    .target(name: "CCurl"),

    .target(name: "LageplanGeometry", dependencies: ["CGEOS", "CPROJ"], swiftSettings: strict),
    .target(name: "LageplanFeatures", dependencies: ["LageplanGeometry"], swiftSettings: strict),
    .target(
      name: "LageplanTiles", dependencies: ["LageplanGeometry", "LageplanFeatures", "CDeflate", "CZstd", "CBrotli", "CFreeType"],
      swiftSettings: strict),
    .target(name: "LageplanRouting", dependencies: ["LageplanGeometry", "CDeflate"], swiftSettings: strict),
    .target(name: "LageplanTours", dependencies: ["LageplanGeometry"], swiftSettings: strict),
    .target(
      name: "LageplanPlanner", dependencies: ["LageplanGeometry", "LageplanFeatures", "LageplanRouting", "LageplanTours"],
      swiftSettings: strict),
    .target(
      name: "LageplanStore",
      dependencies: [
        "LageplanGeometry", "LageplanFeatures", "CSpatiaLite", "COpenSSL", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "LageplanExchange",
      dependencies: ["LageplanGeometry", "LageplanFeatures", "LageplanTours", "LageplanPlanner", "CGDAL", "CCurl", "CDeflate"],
      swiftSettings: strict),
    .target(
      name: "LageplanDemo", dependencies: ["LageplanGeometry", "LageplanFeatures", "LageplanRouting"], swiftSettings: strict),
    .target(
      name: "LageplanServer",
      dependencies: [
        "LageplanGeometry", "LageplanFeatures", "LageplanTiles", "LageplanRouting", "LageplanTours", "LageplanPlanner",
        "LageplanStore", "LageplanExchange",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Web"],  // read at run time from beside the binary, not compiled in
      swiftSettings: strict),
    .executableTarget(
      name: "lageplan",
      dependencies: [
        "LageplanGeometry", "LageplanFeatures", "LageplanTiles", "LageplanRouting", "LageplanTours", "LageplanPlanner",
        "LageplanStore", "LageplanExchange", "LageplanDemo", "LageplanServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "lageplan-bench",
      dependencies: [
        "LageplanGeometry", "LageplanFeatures", "LageplanTiles", "LageplanRouting", "LageplanTours", "LageplanPlanner",
        "LageplanStore", "LageplanExchange", "LageplanDemo",
      ],
      // The reference that the benchmarks run beside ours.
      exclude: [
        "peering.py", "peers.py", "reference.py", "routing.py", "tiles.py", "tour_instances.py", "tour_peers.py", "tours.py",
      ],
      swiftSettings: strict),

    // What several test targets share: seeds, the path of foreign data, the conformance suite of readers.
    .target(
      name: "TestSupport", dependencies: ["LageplanGeometry", "LageplanFeatures"], path: "Tests/TestSupport",
      swiftSettings: strict),
    // GEOS and PROJ are the oracles of the geometry tests.
    .testTarget(
      name: "LageplanGeometryTests", dependencies: ["LageplanGeometry", "TestSupport", "CGEOS", "CPROJ"], swiftSettings: strict),
    .testTarget(
      name: "LageplanFeaturesTests", dependencies: ["LageplanFeatures", "LageplanGeometry", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "LageplanTilesTests", dependencies: ["LageplanTiles", "LageplanFeatures", "LageplanGeometry", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LageplanRoutingTests", dependencies: ["LageplanRouting", "LageplanGeometry", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "LageplanToursTests", dependencies: ["LageplanTours", "LageplanGeometry", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "LageplanPlannerTests",
      dependencies: [
        "LageplanPlanner", "LageplanRouting", "LageplanTours", "LageplanFeatures", "LageplanGeometry", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LageplanStoreTests", dependencies: ["LageplanStore", "LageplanFeatures", "LageplanGeometry", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LageplanExchangeTests",
      dependencies: [
        "LageplanExchange", "LageplanPlanner", "LageplanTours", "LageplanStore", "LageplanFeatures", "LageplanGeometry",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LageplanDemoTests",
      dependencies: ["LageplanDemo", "LageplanRouting", "LageplanFeatures", "LageplanGeometry", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "LageplanServerTests",
      dependencies: [
        "LageplanServer", "LageplanStore", "LageplanTiles", "LageplanRouting", "LageplanDemo", "LageplanFeatures",
        "LageplanGeometry", "TestSupport",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", dependencies: [], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
