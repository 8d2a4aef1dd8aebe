import HTTPTypes
import Hummingbird
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanTours
import Logging

/// `POST /vroom`: VROOM's input in, VROOM's output out, in the same request; travel times come from our roads where the document has no matrix.
struct VroomController: Sendable {
  let application: LageplanApplication

  /// One search at a time and no long queue, so that maps stay quick meanwhile.
  private static let mostWaiting = 4
  /// A request may compute no longer than this.
  private static let mostSeconds = 60.0
  /// Between so many places the roads are asked at most.
  static let mostPlaces = 2_000
  private let solving = WorkThread(
    mostWaiting: mostWaiting, busy: "\(mostWaiting) problems are being solved. Ask again in a few seconds.")

  init(application: LageplanApplication) { self.application = application }

  @Sendable func solve(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: [])
    do {
      let input = try Self.input(try await body(of: request))
      let roads = try await roads(for: input)
      let departure = Departure.of(context.channel)
      let language = request.tourLanguage ?? .english
      return try await solving.run {
        if departure?.hasLeft == true { throw CancellationError() }
        return try Self.answer(input, roads, language) { departure?.hasLeft ?? false }
      }
    } catch let fault as VroomFault {
      return fault.answer
    } catch let defect as VroomDefect {
      application.logger.error("\(defect)")
      return VroomFault(.defect, ["problem or plan break rules, which is a defect of the program; its log tells more"]).answer
    } catch let failure as TravelFailure {
      application.logger.warning("a problem of VROOM's form got no travel times: \(failure)")
      return VroomFault(.routing, ["the router gave no travel times; the server's log tells why"], status: .badGateway).answer
    }
  }

  private func body(of request: Request) async throws -> [UInt8] {
    do {
      return try await request.body(upTo: application.configuration.largestBody, mediaTypes: ["application/json"])
    } catch let problem as Problem where problem.status == .contentTooLarge {
      throw VroomFault(.tooLarge, [problem.detail])
    }
  }

  private static func input(_ body: [UInt8]) throws(VroomFault) -> VroomInput {
    do {
      // Matrices are many values: their number is bounded by the size of the body alone.
      return try VroomInput(JSONValue(parsing: body, limits: JSONLimits(bytes: body.count, values: body.count)))
    } catch let error as JSONError {
      throw VroomFault(.input, ["this is no JSON: \(error)"])
    } catch let faults as VroomInput.Faults {
      throw VroomFault(faults)
    } catch {
      throw VroomFault(.input, ["\(error)"])
    }
  }

  /// The roads by the names of the profiles that the document needs them for.
  private func roads(for input: VroomInput) async throws -> [String: any TravelSource] {
    let (profiles, places) = input.missing
    // Without matrices of their own vehicles need times; with them only the lines, which are a courtesy.
    let needed = profiles.isEmpty && input.wantsGeometry ? input.profiles : profiles
    guard !needed.isEmpty else { return [:] }
    if !profiles.isEmpty, places.count > Self.mostPlaces {
      throw VroomFault(
        .tooLarge, ["\(places.count) places; travel times are made for at most \(Self.mostPlaces): give a matrix"],
        status: .contentTooLarge)
    }
    let sources = try await application.travelSources()
    let standing = try await application.roads.standingIfAny()
    var found: [String: any TravelSource] = [:]
    for profile in needed {
      do throws(TourRequestError) {
        found[profile] = try sources.source(profile: standing?.profileId(named: profile) ?? profile)
      } catch {
        guard profiles.contains(profile) else { continue }
        throw VroomFault(.routing, error.faults.map { "profile \"\(profile)\": \($0.remedy)" })
      }
    }
    return found
  }

  private static func answer(
    _ input: VroomInput, _ roads: [String: any TravelSource], _ language: TourLanguage, isCancelled: () -> Bool
  ) throws -> Answer {
    var watch = Stopwatch()
    var input = input
    let (profiles, places) = input.missing
    for profile in profiles {
      guard let source = roads[profile] else { continue }
      input = input.adding(try source.matrix(of: places), for: profile)
    }
    let routing = watch.lap()
    let problem: VroomProblem
    var answer: VroomAnswer
    do {
      problem = try VroomProblem(input)
      if problem.isPlanMode {
        answer = try timedSteps(of: problem, seconds: input.seconds, isCancelled: isCancelled)
      } else {
        let solution = TourSolver.solve(problem.problem, seed: 1, budget: budget(input), start: problem.start) { _ in
          !isCancelled()
        }
        if isCancelled() { throw CancellationError() }
        answer = try problem.answer(solution)
      }
    } catch let faults as VroomInput.Faults {
      throw VroomFault(faults)
    }
    let solving = watch.lap()
    if input.wantsGeometry, !roads.isEmpty {
      answer.geometries = try answer.lines.map { profile, places in
        if isCancelled() { throw CancellationError() }
        guard places.count > 1, let lines = try roads[profile]?.lines(through: places) else { return "" }
        return String(decoding: Polyline.encode(lines.joined(), decimals: 5), as: UTF8.self)
      }
    }
    answer.computing = (loading: 0, solving: solving, routing: routing + watch.lap())
    return Answer.json(answer.json(in: language))
  }

  private static func timedSteps(
    of problem: VroomProblem, seconds: Double?, isCancelled: () -> Bool
  ) throws -> VroomAnswer {
    let limit = min(seconds ?? mostSeconds, mostSeconds)
    let end = ContinuousClock.now + .seconds(limit)
    do {
      return try problem.timedSteps { isCancelled() || ContinuousClock.now >= end }
    } catch is CancellationError where !isCancelled() {
      throw VroomFault(
        .tooLarge,
        ["vehicles: their steps are not timed within \(limit) s; give options.l more, \(mostSeconds) at most, or fewer steps"])
    }
  }

  /// What the document asks for, `options.l` seconds or `options.x`, VROOM's exploration level: 5, the highest, is its standard and ours.
  private static func budget(_ input: VroomInput) -> SolverBudget {
    if let seconds = input.seconds { return .seconds(min(seconds, mostSeconds)) }
    let level = input.exploration ?? 5
    let whole = SolverBudget.standard(jobs: input.taskCount)
    return .iterations((whole.iterations ?? 0) * (level + 1) / 6, atMost: whole.seconds ?? mostSeconds)
  }
}

/// Milliseconds between looks at the clock.
private struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Int {
    let now = ContinuousClock.now
    defer { last = now }
    return Int((now - last) / .milliseconds(1))
  }
}

/// Why a document is refused, in the form in which VROOM and vroom-express tell it.
struct VroomFault: Error {
  /// VROOM's codes, and the fourth of vroom-express.
  enum Code: Int64 {
    case defect = 1
    case input = 2
    case routing = 3
    case tooLarge = 4

    var status: HTTPResponse.Status {
      self == .defect ? .internalServerError : self == .tooLarge ? .contentTooLarge : .badRequest
    }
  }

  var code: Code
  var lines: [String]
  var status: HTTPResponse.Status

  init(_ code: Code, _ lines: [String], status: HTTPResponse.Status? = nil) {
    self.code = code
    self.lines = lines
    self.status = status ?? code.status
  }

  init(_ faults: VroomInput.Faults) { self.init(faults.isTooLarge ? .tooLarge : .input, faults.lines) }

  /// `error` holds all faults in one text, as VROOM's clients show it; `faults` each by itself.
  var answer: Answer {
    var answer = Answer.json([
      "code": .integer(code.rawValue), "error": .text(lines.joined(separator: "; ")), "faults": .array(lines.map { .text($0) }),
    ])
    answer.status = status
    answer.cacheControl = "no-store"
    return answer
  }
}

/// The part of the OpenAPI description that tells of VROOM's interface.
enum OpenApiVroom {
  private static let coded: JSONValue = [
    "type": "object", "required": ["code"], "properties": ["code": ["type": "integer"], "error": ["type": "string"]],
  ]

  static let path: JSONValue = [
    "post": [
      "tags": ["Tours"], "summary": "Solve a tour problem in VROOM's form, or time the steps of its vehicles",
      "requestBody": ["required": true, "content": ["application/json": ["schema": body]]],
      "responses": [
        "200": ["description": "The solution, with the code 0", "content": ["application/json": ["schema": coded]]],
        "400": ["description": "What is wrong, with VROOM's code", "content": either],
        "401": OpenApiDocument.reference("responses", "problem"),
        "413": ["description": "More than is solved in one request", "content": either],
        "415": OpenApiDocument.reference("responses", "problem"),
        "502": ["description": "No travel times", "content": ["application/json": ["schema": coded]]],
        "503": OpenApiDocument.reference("responses", "problem"),
      ],
    ]
  ]

  private static let either: JSONValue = [
    "application/json": ["schema": coded], Problem.mediaType: ["schema": ["type": "object"]],
  ]

  private static let body: JSONValue = [
    "type": "object", "required": ["vehicles"],
    "properties": [
      "vehicles": ["type": "array", "minItems": 1, "items": ["type": "object"]],
      "jobs": ["type": "array", "items": ["type": "object"]],
      "shipments": ["type": "array", "items": ["type": "object"]],
      "matrices": ["type": "object", "additionalProperties": ["type": "object"]],
      "options": ["type": "object"],
    ],
  ]
}
