import ArgumentParser
import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import LageplanPlanner
import LageplanRouting
import LageplanServer
import LageplanStore

/// How a plan is written: its form, for whom, in which language, where to.
struct TourOutput: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, geojson, gpx, csv, ics, pdf
  }

  @Option(
    help: """
      What to write: json, geojson (for a map), gpx (for navigation devices), csv (for spreadsheets), ics (for calendars) or pdf (to \
      print). Default: by the ending of --output, else json.
      """)
  var format: Format?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("Only the tours of this inspector.", valueName: "id"))
  var inspector: String?

  @Option(help: ArgumentHelp("Only the tours of this day.", valueName: "2026-12-01"))
  var day: String?

  @Option(help: "The language of texts for people: de or en. Default: de, in json and geojson en.")
  var language: String?

  @Option(help: "What the plan is called, in pdf, ics and gpx.")
  var title: String?

  /// `--json` asks for one of the forms only.
  func validate(beside output: OutputOption) throws {
    guard output.json, chosenFormat != .json else { return }
    throw ValidationError("--json and \(chosenFormat.rawValue) exclude each other")
  }

  func validate() throws {
    if format == nil, let ending, Format(rawValue: ending) == nil {
      let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--output: .\(ending) is no form of a plan; there are \(known). Or name the form with --format")
    }
    if let language, TourLanguage(rawValue: language) == nil {
      throw ValidationError("--language \(language): there are de and en")
    }
    if let day, CalendarDate(iso: day) == nil { throw ValidationError("--day \(day): write the day as 2026-12-01") }
    if chosenFormat == .pdf, file == nil, Terminal.showsOutput {
      throw ValidationError("A PDF is no text for a terminal: name a file with -o tours.pdf")
    }
  }

  var chosenFormat: Format { format ?? ending.flatMap { Format(rawValue: $0) } ?? .json }

  /// That of the file to write, if it has one.
  private var ending: String? {
    guard let ending = file.map({ URL(fileURLWithPath: $0).pathExtension.lowercased() }), !ending.isEmpty else { return nil }
    return ending
  }

  /// Encodes and writes the plan, or the part of it that was asked for.
  func write(_ plan: TourPlan, from store: Store) async throws {
    let part = plan.tours(of: inspector, on: day.flatMap { CalendarDate(iso: $0) })
    if part.routes.isEmpty, inspector != nil || day != nil {
      let known = Set(plan.routes.map(\.inspector)).sorted().map { plan.named($0) }.joined(separator: ", ")
      throw CommandFailure(
        "The plan has no tour of \(inspector ?? "anybody")\(day.map { " on \($0)" } ?? ""). Its inspectors: \(known).")
    }
    let bytes = try await encode(part, from: store)
    guard let file else { return try Terminal.write(bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw CommandFailure("\(file) cannot be written: \(error.localizedDescription)")
    }
  }

  private func encode(_ plan: TourPlan, from store: Store) async throws -> [UInt8] {
    let isForPrograms = chosenFormat == .json || chosenFormat == .geojson
    let language = language.flatMap { TourLanguage(rawValue: $0) } ?? (isForPrograms ? .english : .german)
    let newline = [UInt8(ascii: "\n")]
    func addresses() async throws -> [FeatureReference: String] {
      try await store.read { reader in
        try TourAddresses.read(plan, reader: reader, descriptors: try reader.collections())
      }
    }
    switch chosenFormat {
    case .json: return TourJson.encode(plan, language: language, tellsAddress: true) + newline
    case .geojson: return TourGeoJson.encode(plan, language: language, tellsAddress: true) + newline
    case .gpx: return TourGpx.encode(plan, title: title, language: language)
    case .csv: return TourCsv.encode(plan, language: language, addresses: try await addresses())
    case .ics:
      return TourCalendar.encode(plan, title: title, stamp: .now, language: language, addresses: try await addresses())
    case .pdf:
      let path = Roads.path(besides: store.path)
      let roads = FileManager.default.fileExists(atPath: path) ? try Roads(mapping: path) : nil
      let content = TourSheet.Content(
        title: title, language: language, map: TourMap(around: plan, on: roads), addresses: try await addresses(), made: .now)
      return try TourSheet.encode(plan, content)
    }
  }
}
