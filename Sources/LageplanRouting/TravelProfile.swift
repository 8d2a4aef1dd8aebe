/// How somebody travels: where, how fast, and what holds them up. Read from a file, `Data/profiles/car.json`; the rules stand there,
/// their meaning in the article on roads.
///
/// Speeds are in kilometres an hour, times in seconds, dimensions in metres, weights in tonnes.
public struct TravelProfile: Hashable, Sendable {
  /// The profile's name in addresses and commands: lower case letters, digits, - and _.
  public var id: String
  /// For people: `Auto`.
  public var title: String
  public var kind: RoadProfile.Kind

  /// Keys of access tags, the most special first: `motorcar`, `motor_vehicle`, `vehicle`, `access`.
  var accessKeys: [String] = []
  /// Values of these keys that let in, that let in only those who have something to do there, and that keep out.
  var allowed: Set<String> = []
  var destination: Set<String> = []
  var refused: Set<String> = []
  /// Tags that keep out whatever the access tags say: key to values.
  var refusedTags: [String: Set<String>] = [:]

  /// The speed on each class of way (the value of `highway`, else of `man_made`, `railway` or `public_transport`).
  var ways: [String: Double] = [:]
  /// On a way of another class that an access tag opens by name; `nil`: it stays closed.
  var otherWays: Double?
  /// Tags that bound the speed: key to value to speed; 0 closes the way.
  var limits: [String: [String: Double]] = [:]
  var maxspeed = MaxspeedRule()
  var greatestSpeed = 130.0
  var oneway = OnewayRule()
  var pushing: PushingRule?
  var ferry: FerryRule?
  var parkWays: ParkWaysRule?
  var dimensions = VehicleDimensions()
  var barriers = BarrierRule()
  /// What a node costs those who pass it: key to value to seconds.
  var delays: [String: [String: Double]] = [:]
  var turns = TurnRule()

  /// What the tag `maxspeed` means to this profile.
  struct MaxspeedRule: Hashable, Sendable {
    /// The share of the permitted speed that is driven on the average; `nil`: the tag is not read.
    var share: Double?
    /// The permitted speed may be higher than that of the class of way.
    var raises = false
    /// Speeds that are written as words: `DE:urban`, `walk`.
    var words: [String: Double] = [:]
  }

  struct OnewayRule: Hashable, Sendable {
    /// The tags that say so, the most special first; none: one-way streets do not concern this profile.
    var keys: [String] = []
    /// Tags that make a street one-way without a word.
    var implied: [String: Set<String>] = [:]
    /// Tags that let this profile travel against the others.
    var contraflow: [String: Set<String>] = [:]
  }

  /// A cyclist who gets off.
  struct PushingRule: Hashable, Sendable {
    var speed = 4.0
    /// Classes of ways on which a person on foot may be.
    var ways: Set<String> = []
    /// Access tags of a person on foot, the most special first.
    var accessKeys: [String] = []
    /// Values of this profile's own access tags that ask to get off: `dismount`.
    var values: Set<String> = []
    /// A one-way street may be walked the other way, too.
    var againstOneway = false
  }

  struct FerryRule: Hashable, Sendable {
    /// Where the tag `duration` does not tell the time.
    var speed = 8.0
    /// For landing and waiting, added once.
    var wait = 0.0
  }

  /// Ways in parks and cemeteries that the town's own vehicles use, whatever the sign at the entrance says.
  struct ParkWaysRule: Hashable, Sendable {
    var speed = 8.0
    /// Classes of ways that are wide enough.
    var ways: Set<String> = []
    /// Classes of ways that are wide enough only where their width is known and at least ``width``.
    var wideWays: Set<String> = []
    var width = 2.0
  }

  /// What signs compare with; `nil`: they do not concern this profile.
  struct VehicleDimensions: Hashable, Sendable {
    var weight: Double?
    var height: Double?
    var width: Double?
    var length: Double?
  }

  struct BarrierRule: Hashable, Sendable {
    /// The seconds that a barrier costs, by its kind.
    var passed: [String: Double] = [:]
    /// Kinds that cannot be passed.
    var closed: Set<String> = []
    /// Kinds that are in neither list can be passed.
    var passesOthers = false
  }

  struct TurnRule: Hashable, Sendable {
    /// Whom restrictions must name or not except: `motorcar`, `motor_vehicle`; empty: they do not concern this profile.
    var vehicles: [String] = []
    /// Seconds for a turn of 90° to the side where people drive, and across the traffic that comes the other way.
    var nearSide = 0.0
    var farSide = 0.0
    /// Seconds for turning back where a street ends.
    var back = 0.0
  }

  /// The tags of ways that this profile's rules read.
  public var wayKeys: Set<String> {
    var keys: Set = [
      "highway", "man_made", "railway", "public_transport", "route", "duration", "junction", "service", "maxweight", "maxheight",
      "maxwidth",
      "maxlength", "width", "maxspeed", "maxspeed:forward", "maxspeed:backward",
    ]
    keys.formUnion(accessKeys + oneway.keys + (pushing?.accessKeys ?? []))
    keys.formUnion(refusedTags.keys)
    keys.formUnion(limits.keys)
    keys.formUnion(oneway.implied.keys)
    keys.formUnion(oneway.contraflow.keys)
    return keys
  }

  /// The tags of nodes that this profile's rules read.
  public var nodeKeys: Set<String> {
    var keys: Set = ["barrier", "maxweight", "maxheight", "maxwidth", "maxlength", "direction", "traffic_signals:direction"]
    keys.formUnion(accessKeys)
    keys.formUnion(delays.keys)
    return keys
  }
}
