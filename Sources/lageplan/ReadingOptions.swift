import ArgumentParser
import LageplanExchange
import LageplanFeatures
import LageplanGeometry

/// How a delivery is to be read where it does not say so itself: the same options for an import and for a source.
struct ReadingOptions: ParsableArguments {
  @Option(help: "The layer, feature type or collection, where a source has several.")
  var layer: String?

  @Option(
    help: ArgumentHelp(
      "The coordinate reference system of files, whatever they declare; of a service, the one to ask for.",
      valueName: "EPSG:25832"))
  var crs: String?

  @Option(help: ArgumentHelp("The column that holds the ids.", valueName: "column"))
  var idProperty: String?

  @Option(help: ArgumentHelp("The column of the easting or longitude.", valueName: "column"))
  var x: String?

  @Option(help: ArgumentHelp("The column of the northing or latitude.", valueName: "column"))
  var y: String?

  @Option(help: ArgumentHelp("The column of well-known text.", valueName: "column"))
  var wkt: String?

  @Option(
    name: .customLong("type"),
    help: ArgumentHelp(
      "The type of a column: text, integer, real, boolean, date, date-time or json. Values that do not fit reject their rows.",
      valueName: "column=kind"))
  var types: [ColumnSetting] = []

  @Option(help: ArgumentHelp("How dates are written, in the letters d, M, yyyy, HH, mm, ss.", valueName: "dd.MM.yyyy"))
  var dateFormat: String?

  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("A column whose changes are no changes; a new collection does not get it.", valueName: "column"))
  var ignored: [String] = []

  @Option(help: "The encoding of text, instead of what it looks like: UTF-8, ISO-8859-1, Windows-1252, CP850 …")
  var encoding: String?

  @Option(help: ArgumentHelp("A property with unique values by which a WFS orders its pages.", valueName: "property"))
  var sortBy: String?

  @Option(help: ArgumentHelp("Features of one page of a service.", valueName: "number"))
  var pageSize: Int?

  func validate() throws {
    guard (x == nil) == (y == nil) else { throw ValidationError("--x and --y belong together: name both columns.") }
    guard x == nil || wkt == nil else { throw ValidationError("Name either --x and --y or --wkt.") }
    if let pageSize, !(1...1_000_000).contains(pageSize) {
      throw ValidationError("--page-size is a whole number from 1 to 1000000.")
    }
    if let crs, CoordinateReferenceSystem(parsing: crs) == nil {
      throw ValidationError("--crs \(crs): name the system by its EPSG code, as EPSG:25832, or OGC:CRS84.")
    }
    for setting in types where PropertyKind(rawValue: setting.value) == nil {
      let known = PropertyKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--type \(setting.column)=\(setting.value): the types are \(known).")
    }
    if let dateFormat {
      do { _ = try DateFormat(dateFormat) } catch { throw ValidationError("\(error)") }
    }
  }
}
