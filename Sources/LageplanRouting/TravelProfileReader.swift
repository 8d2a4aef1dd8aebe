public import Foundation

extension TravelProfile {
  /// The profiles of a new town, in the order in which they are shown.
  public static let standardIds = ["car", "bicycle", "foot"]

  /// Reads `ID.json` for each of `ids` in `folder`.
  public static func read(_ ids: [String] = standardIds, in folder: URL) throws(TravelProfileError) -> [TravelProfile] {
    var profiles: [TravelProfile] = []
    for id in ids {
      let file = folder.appendingPathComponent("\(id).json")
      guard let bytes = try? Data(contentsOf: file) else {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let known = names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        throw TravelProfileError(
          file: file.path, place: "",
          reason: "there is no such file; \(folder.path) has \(known.isEmpty ? "no profiles" : known.joined(separator: ", "))")
      }
      let profile = try TravelProfile(json: bytes, file: file.path)
      guard profile.id == id else {
        throw TravelProfileError(file: file.path, place: "id", reason: "it is \"\(profile.id)\", the file's name says \"\(id)\"")
      }
      profiles.append(profile)
    }
    return profiles
  }

  /// Reads a profile strictly: what is not known is refused, with its place, so that a slip of the pen is no silent change of speeds.
  public init(json: Data, file: String) throws(TravelProfileError) {
    let tree: Any
    do {
      tree = try JSONSerialization.jsonObject(with: json)
    } catch {
      let detail = (error as NSError).userInfo["NSDebugDescription"] as? String ?? error.localizedDescription
      throw TravelProfileError(file: file, place: "", reason: "not JSON: \(detail)")
    }
    var root = try ProfileObject(tree, file: file, place: "")
    id = try root.text("id")
    title = try root.text("title")
    guard !id.isEmpty, id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }) else {
      throw root.fault("id", "\"\(id)\" has other characters than a to z, 0 to 9, - and _")
    }
    let kindName = try root.text("kind")
    guard let kind = RoadProfile.Kind(rawValue: kindName) else {
      throw root.fault("kind", "\"\(kindName)\" is none of \(RoadProfile.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.kind = kind
    _ = try root.optionalText("description")

    var access = try root.object("access")
    accessKeys = try access.words("keys")
    allowed = Set(try access.words("allowed"))
    destination = Set(try access.optionalWords("destination"))
    refused = Set(try access.words("refused"))
    for (name, words, others) in [
      ("destination", destination, allowed), ("refused", refused, allowed), ("refused", refused, destination),
    ] {
      if let both = words.intersection(others).sorted().first {
        throw access.fault(name, "\"\(both)\" stands in \(others == allowed ? "allowed" : "destination"), too")
      }
    }
    refusedTags = try access.optionalWordTable("refusedTags")
    try access.end()

    ways = try root.numbers("ways", 0.5...200)
    otherWays = try root.optionalNumber("otherWays", 0.5...200)
    limits = try root.optionalNumberTables("limits", 0...200)
    greatestSpeed = try root.number("greatestSpeed", 1...200)
    maxspeed = try Self.maxspeed(&root)
    oneway = try Self.oneway(&root)
    pushing = try Self.pushing(&root)
    ferry = try Self.ferry(&root)
    parkWays = try Self.parkWays(&root)
    dimensions = try Self.dimensions(&root)
    barriers = try Self.barriers(&root)
    delays = try root.optionalNumberTables("delays", 0...3600)
    turns = try Self.turns(&root)
    try root.end()
  }

  private static func maxspeed(_ root: inout ProfileObject) throws(TravelProfileError) -> MaxspeedRule {
    guard var object = try root.optionalObject("maxspeed") else { return MaxspeedRule() }
    let rule = MaxspeedRule(
      share: try object.number("share", 0.1...1.5), raises: try object.flag("raises"),
      words: try object.optionalNumbers("words", 1...200))
    try object.end()
    return rule
  }

  private static func oneway(_ root: inout ProfileObject) throws(TravelProfileError) -> OnewayRule {
    guard var object = try root.optionalObject("oneway") else { return OnewayRule() }
    let rule = OnewayRule(
      keys: try object.words("keys"), implied: try object.optionalWordTable("implied"),
      contraflow: try object.optionalWordTable("contraflow"))
    try object.end()
    return rule
  }

  private static func pushing(_ root: inout ProfileObject) throws(TravelProfileError) -> PushingRule? {
    guard var object = try root.optionalObject("pushing") else { return nil }
    let rule = PushingRule(
      speed: try object.number("speed", 0.5...20), ways: Set(try object.words("ways")), accessKeys: try object.words("keys"),
      values: Set(try object.optionalWords("values")), againstOneway: try object.flag("againstOneway"))
    try object.end()
    return rule
  }

  private static func ferry(_ root: inout ProfileObject) throws(TravelProfileError) -> FerryRule? {
    guard var object = try root.optionalObject("ferry") else { return nil }
    let rule = FerryRule(speed: try object.number("speed", 0.5...100), wait: try object.number("wait", 0...36_000))
    try object.end()
    return rule
  }

  private static func parkWays(_ root: inout ProfileObject) throws(TravelProfileError) -> ParkWaysRule? {
    guard var object = try root.optionalObject("parkWays") else { return nil }
    let rule = ParkWaysRule(
      speed: try object.number("speed", 0.5...100), ways: Set(try object.words("ways")),
      wideWays: Set(try object.optionalWords("wideWays")), width: try object.number("width", 0.1...10))
    try object.end()
    return rule
  }

  private static func dimensions(_ root: inout ProfileObject) throws(TravelProfileError) -> VehicleDimensions {
    guard var object = try root.optionalObject("vehicle") else { return VehicleDimensions() }
    let rule = VehicleDimensions(
      weight: try object.optionalNumber("weight", 0.001...200), height: try object.optionalNumber("height", 0.1...20),
      width: try object.optionalNumber("width", 0.1...20), length: try object.optionalNumber("length", 0.1...100))
    try object.end()
    return rule
  }

  private static func barriers(_ root: inout ProfileObject) throws(TravelProfileError) -> BarrierRule {
    var object = try root.object("barriers")
    let rule = BarrierRule(
      passed: try object.numbers("passed", 0...3600), closed: Set(try object.words("closed")),
      passesOthers: try object.flag("passesOthers"))
    if let both = rule.passed.keys.sorted().first(where: rule.closed.contains) {
      throw object.fault("closed", "\"\(both)\" stands in passed, too")
    }
    try object.end()
    return rule
  }

  private static func turns(_ root: inout ProfileObject) throws(TravelProfileError) -> TurnRule {
    var object = try root.object("turns")
    let rule = TurnRule(
      vehicles: try object.words("vehicles"), nearSide: try object.number("nearSide", 0...600),
      farSide: try object.number("farSide", 0...600), back: try object.number("back", 0...3600))
    try object.end()
    return rule
  }
}
