/// What a way means to a profile, for each direction as it is drawn.
struct WayRule: Hashable, Sendable {
  /// In kilometres an hour; 0: not to be travelled.
  var forward = 0.0
  var backward = 0.0
  /// Only for those who have something to do there (`destination`, `private`): not a way through.
  var isZone = false
  /// The seconds that the whole way takes, where it says so itself (a ferry); the speeds then say the directions only.
  var wholeDuration: Double?

  static let closed = WayRule()

  var isClosed: Bool { forward == 0 && backward == 0 }
}

/// What a node means to a profile.
struct NodeRule: Hashable, Sendable {
  var isBlocked = false
  /// A gate that lets in only those who have something to do behind it: no way between streets that are open to all.
  var isGate = false
  /// The seconds that it costs those who come along the way as it is drawn, and against it.
  var forwardDelay = 0.0
  var backwardDelay = 0.0

  static let free = NodeRule()
}

extension TravelProfile {
  private enum Access {
    case allowed(byName: Bool), destination, refused, dismount
  }

  // MARK: Ways

  /// What a way with these tags means.
  func rule(for tags: OsmTags) -> WayRule {
    let isFerry = tags["route"] == "ferry"
    guard isFerry || wayClass(tags) != nil else { return .closed }
    for (key, values) in refusedTags { if let value = tags[key], values.contains(value) { return .closed } }
    guard fits(tags) else { return .closed }
    if isFerry { return ferryRule(tags) }

    let travelled = ownRule(tags)
    guard let pushing, let pushed = pushedRule(tags, pushing) else { return travelled }
    if travelled.isClosed { return pushed }
    var both = travelled
    if travelled.forward == 0, pushing.againstOneway { both.forward = pushed.forward }
    if travelled.backward == 0, pushing.againstOneway { both.backward = pushed.backward }
    return both
  }

  /// What kind of way it is: the value of the first of these keys.
  private func wayClass(_ tags: OsmTags) -> String? {
    tags["highway"] ?? tags["man_made"] ?? tags["railway"] ?? tags["public_transport"]
  }

  /// The rule for travelling as this profile does, not on foot beside the bicycle.
  private func ownRule(_ tags: OsmTags) -> WayRule {
    let access = access(tags, accessKeys) ?? .allowed(byName: false)
    if let parkWays, let rule = parkRule(tags, parkWays, access) { return rule }
    let known = wayClass(tags).flatMap { ways[$0] }
    let speed: Double
    switch access {
    case .refused, .dismount: return .closed
    case .allowed(byName: true), .destination:
      guard let open = known ?? otherWays else { return .closed }
      speed = open
    case .allowed(byName: false):
      guard let known else { return .closed }
      speed = known
    }
    var rule = WayRule(forward: driven(speed, tags, "maxspeed:forward"), backward: driven(speed, tags, "maxspeed:backward"))
    if case .destination = access { rule.isZone = true }
    applyOneway(tags, to: &rule)
    return rule
  }

  /// The town's own vehicles pass the signs at the entrances of parks; on ways that are open anyway nothing changes.
  private func parkRule(_ tags: OsmTags, _ park: ParkWaysRule, _ access: Access) -> WayRule? {
    guard let kind = wayClass(tags) else { return nil }
    if ways[kind] != nil, case .allowed = access { return nil }
    let width = tags["width"].flatMap { OsmValue.length($0) }
    let isWide = width.map { $0 >= park.width }
    let isOpen = park.ways.contains(kind) && isWide != false || park.wideWays.contains(kind) && isWide == true
    return isOpen ? WayRule(forward: park.speed, backward: park.speed, isZone: true) : nil
  }

  private func pushedRule(_ tags: OsmTags, _ pushing: PushingRule) -> WayRule? {
    guard let kind = wayClass(tags), pushing.ways.contains(kind) else { return nil }
    guard case .allowed = access(tags, pushing.accessKeys) ?? .allowed(byName: false) else { return nil }
    return WayRule(forward: pushing.speed, backward: pushing.speed)
  }

  private func ferryRule(_ tags: OsmTags) -> WayRule {
    guard let ferry else { return .closed }
    // A ferry says by name whom it takes; where it says nothing, it takes all.
    var rule = WayRule(forward: ferry.speed, backward: ferry.speed)
    switch access(tags, accessKeys) ?? .allowed(byName: false) {
    case .refused, .dismount: return .closed
    case .destination: rule.isZone = true
    case .allowed: break
    }
    rule.wholeDuration = tags["duration"].flatMap { OsmValue.duration($0) }.map { $0 + ferry.wait }
    applyOneway(tags, to: &rule)
    return rule
  }

  /// The first access tag that says something decides; without one (nil), the class of the way or the kind of barrier does.
  private func access(_ tags: OsmTags, _ keys: [String]) -> Access? {
    for key in keys {
      guard let value = tags[key] else { continue }
      // Of a list, the word that opens most counts.
      let words = OsmValue.words(value).map(String.init)
      if words.contains(where: allowed.contains) { return .allowed(byName: key != keys.last) }
      if words.contains(where: destination.contains) { return .destination }
      if let pushing, words.contains(where: pushing.values.contains) { return .dismount }
      if words.contains(where: refused.contains) { return .refused }
    }
    return nil
  }

  /// Signs for weight, height, width and length.
  private func fits(_ tags: OsmTags) -> Bool {
    func exceeds(_ own: Double?, _ key: String, _ read: (String) -> Double?) -> Bool {
      guard let own, let limit = tags[key].flatMap(read) else { return false }
      return own > limit
    }
    return !exceeds(dimensions.weight, "maxweight", OsmValue.weight)
      && !exceeds(dimensions.height, "maxheight", OsmValue.length)
      && !exceeds(dimensions.width, "maxwidth", OsmValue.length)
      && !exceeds(dimensions.length, "maxlength", OsmValue.length)
  }

  /// The speed after signs, surface and whatever else bounds it.
  private func driven(_ classSpeed: Double, _ tags: OsmTags, _ directed: String) -> Double {
    var speed = classSpeed
    if let share = maxspeed.share, let sign = (tags[directed] ?? tags["maxspeed"]) {
      if let permitted = maxspeed.words[sign] ?? OsmValue.speed(sign), permitted > 0 {
        speed = maxspeed.raises ? permitted * share : min(speed, permitted * share)
      }
    }
    for (key, table) in limits {
      guard let value = tags[key], let limit = table[value] else { continue }
      speed = min(speed, limit)
    }
    return min(speed, greatestSpeed)
  }

  // MARK: One-way streets

  private func applyOneway(_ tags: OsmTags, to rule: inout WayRule) {
    guard !oneway.keys.isEmpty else { return }
    let named = oneway.keys.lazy.compactMap { tags[$0] }.first
    var direction =
      switch named {
      case "yes", "1", "true": 1
      case "-1", "reverse": -1
      case "reversible": 2
      case "no", "0", "false", "alternating": 0
      default: oneway.implied.contains { key, values in tags[key].map(values.contains) ?? false } ? 1 : 0
      }
    if direction != 0, oneway.contraflow.contains(where: { key, values in tags[key].map(values.contains) ?? false }) {
      direction = 0
    }
    if direction > 0 { rule.backward = 0 }
    if direction < 0 || direction == 2 { rule.forward = 0 }
  }

  // MARK: Nodes

  /// What a node with these tags means.
  func rule(forNode tags: OsmTags) -> NodeRule {
    var rule = NodeRule()
    guard fits(tags) else { return NodeRule(isBlocked: true) }
    let barrier = tags["barrier"]
    switch access(tags, accessKeys) {
    case .allowed?: break
    case .dismount?: rule.isBlocked = pushing == nil
    // A sign on a mere point of the street without a barrier holds for what the point is, not for the street.
    case .refused?: rule.isBlocked = barrier != nil
    case .destination?: rule.isGate = barrier != nil
    case nil:
      rule.isBlocked =
        barrier.map { barriers.closed.contains($0) || barriers.passed[$0] == nil && !barriers.passesOthers } ?? false
    }
    if rule.isBlocked { return rule }
    var delay = barrier.flatMap { barriers.passed[$0] } ?? 0
    for (key, table) in delays { if let value = tags[key], let seconds = table[value] { delay += seconds } }
    let direction = tags["traffic_signals:direction"] ?? tags["direction"]
    rule.forwardDelay = direction == "backward" ? 0 : delay
    rule.backwardDelay = direction == "forward" ? 0 : delay
    return rule
  }
}
