import Foundation
import Testing

/// The checkout: the folder of `Package.swift` above this file.
private let root: URL? = {
  var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  while folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
    folder.deleteLastPathComponent()
  }
  return nil
}()

@Suite struct ArrowTests {
  @Test func everyArrowIsInTheArchitecture() throws {
    let root = try #require(root)
    let manifest = Manifest(parsing: try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8))
    let folder = root.appendingPathComponent("Sources")
    var sources: [ArrowCheck.Source] = []
    for target in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      let files = FileManager.default.enumerator(atPath: folder.appendingPathComponent(target).path)
      while let file = files?.nextObject() as? String {
        guard file.hasSuffix(".swift") else { continue }
        let path = "\(target)/\(file)"
        sources.append(
          ArrowCheck.Source(
            target: target, path: "Sources/\(path)",
            text: try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)))
      }
    }
    // Nothing read would mean nothing wrong.
    let own = manifest.targets.filter { $0.kind == "target" || $0.kind == "executableTarget" }.map(\.name)
    #expect(Set(sources.map(\.target)).isSubset(of: own))
    #expect(Set(own.filter { Architecture.arrows[$0] != nil }).isSubset(of: Set(sources.map(\.target))))
    #expect(sources.contains { ImportLine.all(in: $0.text).contains { $0.module == "GRDB" } })

    let violations = ArrowCheck(manifest: manifest, sources: sources).violations()
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test func arrowsHaveNoCycle() {
    var layers = Architecture.arrows
    while !layers.isEmpty {
      let free = layers.filter { $0.value.allSatisfy { layers[$0] == nil } }.map(\.key)
      guard !free.isEmpty else {
        Issue.record("a cycle among \(layers.keys.sorted())")
        return
      }
      for name in free { layers[name] = nil }
    }
  }
}

/// A small house in which everything is in order, and each way to break it.
@Suite struct ArrowCheckTests {
  private static let manifest = """
    // .target(name: "LageplanStore", dependencies: ["Hummingbird"]) is only a comment
    let package = Package(
      dependencies: [.package(url: "https://example.org/GRDB.swift", from: "7.0.0")],
      targets: [
        .systemLibrary(name: "CSpatiaLite"),
        .target(name: "LageplanGeometry", dependencies: [], swiftSettings: strict),
        .target(name: "LageplanFeatures", dependencies: ["LageplanGeometry"], swiftSettings: strict),
        .target(
          name: "LageplanStore",
          dependencies: ["LageplanGeometry", "LageplanFeatures", "CSpatiaLite", .product(name: "GRDB", package: "GRDB.swift")],
          swiftSettings: strict),
        .testTarget(name: "LageplanStoreTests", dependencies: ["LageplanStore"], swiftSettings: strict),
      ])
    """
  private static let store = """
    public import LageplanFeatures
    import CSpatiaLite
    @preconcurrency internal import struct GRDB.Row
    /* import Hummingbird */
    // import LageplanServer
    let remedy = "broken // not a comment; import it again"
    let advice = \"\"\"
      import LageplanTiles
      \"\"\"
    #if canImport(Glibc)
      import Glibc
    #endif
    """

  private func violations(manifest: String = manifest, store: String = store, target: String = "LageplanStore") -> [String] {
    ArrowCheck(
      manifest: Manifest(parsing: manifest),
      sources: [ArrowCheck.Source(target: target, path: "Sources/\(target)/A.swift", text: store)]
    ).violations()
  }

  @Test func orderIsAccepted() {
    #expect(violations() == [])
    #expect(ImportLine.all(in: Self.store).map(\.module) == ["LageplanFeatures", "CSpatiaLite", "GRDB", "Glibc"])
    #expect(
      Manifest(parsing: Self.manifest)["LageplanStore"]?.dependencies == [
        "LageplanGeometry", "LageplanFeatures", "CSpatiaLite", "GRDB",
      ])
  }

  @Test func arrowUpwardsInSourcesIsRefused() {
    let found = violations(store: Self.store + "\nimport LageplanServer\n")
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("Sources/LageplanStore/A.swift:13: import LageplanServer") == true)
  }

  @Test func arrowUpwardsInTheManifestIsRefused() {
    let broken = Self.manifest.replacing(
      "LageplanFeatures\", dependencies: [\"LageplanGeometry\"]", with: "LageplanFeatures\", dependencies: [\"LageplanStore\"]")
    #expect(violations(manifest: broken).count == 1)
  }

  @Test(arguments: ["Hummingbird", "ArgumentParser", "NIOCore", "CGEOS", "CGDAL", "Alamofire"])
  func moduleAwayFromHomeIsRefused(module: String) {
    #expect(violations(store: "import \(module)").count == 1)
    let broken = Self.manifest.replacing("\"CSpatiaLite\", .product", with: "\"CSpatiaLite\", \"\(module)\", .product")
    #expect(violations(manifest: broken).count == 1)
  }

  @Test(arguments: ["public import CSpatiaLite", "package import CSpatiaLite", "@_exported import CSpatiaLite"])
  func shownCModuleIsRefused(line: String) {
    #expect(violations(store: line).count == 1)
  }

  @Test func importThatTheManifestLacksIsRefused() {
    let broken = Self.manifest.replacing(", .product(name: \"GRDB\", package: \"GRDB.swift\")", with: "")
    #expect(violations(manifest: broken).count == 1)
  }

  @Test func targetWithoutPlaceIsRefused() {
    let broken = Self.manifest.replacing(
      ".systemLibrary(", with: ".target(name: \"LageplanMagic\", dependencies: [], swiftSettings: strict), .systemLibrary(")
    #expect(violations(manifest: broken).count == 1)
    #expect(violations(store: "", target: "LageplanMagic").count == 1)
  }

  @Test func targetWithLaxSettingsIsRefused() {
    let broken = Self.manifest.replacing(
      "LageplanGeometry\", dependencies: [], swiftSettings: strict", with: "LageplanGeometry\", dependencies: []")
    #expect(violations(manifest: broken).count == 1)
  }
}
