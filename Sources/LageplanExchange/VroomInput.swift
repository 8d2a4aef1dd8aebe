public import LageplanFeatures
public import LageplanGeometry

/// A problem in VROOM's JSON (docs/API.md of 2026-01), read but not yet put to the solver.
///
/// Times are seconds, lengths metres, places [longitude, latitude] in degrees or rows of a matrix. What the document leaves out is as VROOM has it.
public struct VroomInput: Sendable {
  /// Where something is: a row of the matrices, a place on earth, or both.
  struct Place: Hashable, Sendable {
    var row: Int?
    var position: Coordinate?
  }

  struct Window: Hashable, Sendable {
    var opens: Int
    var closes: Int
  }

  /// One visit: a job, or one of the two of a shipment.
  struct Task: Sendable {
    enum Kind: String, Sendable {
      case job, pickup, delivery
    }

    var kind: Kind
    var id: Int64
    var description: String?
    var place: Place
    var setUp: Int
    var service: Int
    var setUpByType: [String: Int]
    var serviceByType: [String: Int]
    /// Of the moment at which work begins, set-up included; rising, disjoint; empty: at any time.
    var windows: [Window]
    /// What is brought from the start of the tour, and what is taken along to its end.
    var delivered: [Int] = []
    var pickedUp: [Int] = []
    var skills: Set<Int64> = []
    var priority = 0
    /// Of a shipment's visit, the number of the shipment.
    var shipment: Int?

    /// Where the task stands in the document; `index` is its number among all tasks.
    func part(_ index: Int) -> String { shipment.map { "shipments[\($0)].\(kind.rawValue)" } ?? "jobs[\(index)]" }
  }

  struct Pause: Sendable {
    var id: Int64
    var description: String?
    /// Empty: at any time.
    var windows: [Window]
    var service: Int
    var largestLoad: [Int]?
  }

  struct Costs: Hashable, Sendable {
    var fixed = 0
    var perHour = 3600
    var perTaskHour = 0
    var perKilometre = 0
  }

  /// A step of a vehicle's plan: where the search begins, or, in plan mode, what is checked.
  struct Step: Sendable {
    enum Kind: Hashable, Sendable {
      case start, end, pause
      case task(Task.Kind)
    }

    var kind: Kind
    var id: Int64?
    /// Work begins exactly at, not before, not after.
    var at: Int?
    var after: Int?
    var before: Int?
  }

  struct Vehicle: Sendable {
    var id: Int64
    var description: String?
    var profile: String
    var start: Place?
    var end: Place?
    var capacity: [Int]?
    var costs: Costs
    var skills: Set<Int64>
    var type: String?
    var window: Window?
    var breaks: [Pause]
    var speedFactor: Double
    var mostTasks: Int?
    var longestTravel: Int?
    var longestWay: Int?
    var steps: [Step]
  }

  /// The tables of one profile, row by row.
  struct Matrices: Sendable {
    var durations: [Int32]
    var distances: [Int32]?
    var costs: [Int32]?
  }

  /// Jobs first, then of each shipment the pickup and the delivery.
  var tasks: [Task]
  var vehicles: [Vehicle]
  var matrices: [String: Matrices]
  /// Of the profiles that the document has no matrix of.
  var added: [String: Matrices] = [:]
  /// The side of the matrices.
  var rows: Int
  /// The document asks for the lines of the routes.
  public var wantsGeometry: Bool
  /// The document asks for its own steps to be timed instead of a solution.
  public var isPlanMode: Bool
  /// The exploration level, 0 to 5, and the limit in seconds that the document asks for.
  public var exploration: Int?
  public var seconds: Double?

  /// The most tasks, vehicles, and places of a problem.
  public static let mostTasks = 20_000
  public static let mostVehicles = 5_000
  public static let mostPlaces = 10_000

  /// All that is wrong with a document, each line with its place and what to write instead.
  public struct Faults: Error, Hashable, Sendable, CustomStringConvertible {
    public var lines: [String]
    /// Nothing else is wrong than that there is too much of something.
    public var isTooLarge = false
    public var description: String { lines.joined(separator: "\n") }
  }

  /// Throws ``Faults``.
  public init(_ json: JSONValue) throws(Faults) {
    var reader = VroomReader()
    guard json.object != nil else { throw Faults(lines: ["expected an object with vehicles and jobs, not \(json.typeName)"]) }
    (matrices, rows) = reader.matrices(json)
    guard reader.excess.isEmpty else { throw reader.told }
    vehicles = reader.list(json, "vehicles", at: "vehicles").enumerated().map { reader.vehicle($1, at: "vehicles[\($0)]") }
    if json["vehicles"]?.array?.isEmpty == true { reader.faults.append("vehicles: one at least is needed") }
    tasks = reader.list(json, "jobs", at: "jobs", isRequired: false).enumerated().map { reader.job($1, at: "jobs[\($0)]") }
    for (number, shipment) in reader.list(json, "shipments", at: "shipments", isRequired: false).enumerated() {
      tasks += reader.shipment(shipment, number, at: "shipments[\(number)]")
    }
    (wantsGeometry, isPlanMode, exploration, seconds) = reader.options(json)
    reader.checkUniqueness(of: tasks, vehicles)
    reader.checkSteps(of: vehicles, tasks)
    if tasks.count > Self.mostTasks { reader.excess.append("jobs, shipments: \(tasks.count) tasks; at most \(Self.mostTasks)") }
    if vehicles.count > Self.mostVehicles {
      reader.excess.append("vehicles: \(vehicles.count) of them; at most \(Self.mostVehicles)")
    }
    reader.checkMeasures(of: tasks, vehicles, matrices)
    reader.checkVisits(of: tasks)
    reader.checkPlaces(of: tasks, vehicles, rows: matrices.isEmpty ? nil : rows)
    reader.checkPositions(of: tasks, vehicles, matrices)
    guard reader.faults.isEmpty, reader.excess.isEmpty else { throw reader.told }
  }

  // MARK: Places

  /// The profiles that the vehicles ask for but the document has no matrix of, with the places between which travel is asked.
  public var missing: (profiles: [String], places: [Coordinate]) {
    (Set(vehicles.map(\.profile)).subtracting(matrices.keys).sorted(), matrices.isEmpty ? positions : rowPositions)
  }

  /// The profiles of the vehicles.
  public var profiles: [String] { Set(vehicles.map(\.profile)).sorted() }
  public var taskCount: Int { tasks.count }

  /// Each place once, in the order of their first mention.
  private var positions: [Coordinate] {
    var known = Set<Coordinate>()
    return allPlaces.compactMap(\.position).filter { known.insert($0).inserted }
  }

  /// The positions of the matrix rows; those that nobody uses stand at the position of the first that has one.
  private var rowPositions: [Coordinate] {
    let known = Dictionary(allPlaces.compactMap { place in place.row.flatMap { row in place.position.map { (row, $0) } } }) {
      a, _ in a
    }
    guard let first = known.values.first else { return [] }
    return (0..<rows).map { known[$0] ?? first }
  }

  private var allPlaces: [Place] { vehicles.flatMap { [$0.start, $0.end].compactMap { $0 } } + tasks.map(\.place) }

  /// The numbers of places: rows of the matrices, or of ``missing``.
  struct Numbers: Sendable {
    private let positions: [Coordinate: Int]?

    init(_ input: VroomInput) {
      positions = input.matrices.isEmpty ? Dictionary(uniqueKeysWithValues: input.positions.enumerated().map { ($1, $0) }) : nil
    }

    func callAsFunction(_ place: Place) -> Int {
      guard let positions else { return place.row ?? 0 }
      return place.position.flatMap { positions[$0] } ?? 0
    }
  }

  var placeCount: Int { matrices.isEmpty ? positions.count : rows }
}
