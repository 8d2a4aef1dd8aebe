import LageplanFeatures
import LageplanGeometry

/// Where the rows of a layer come from.
enum LayerSource {
  case reader(any FeatureReading)
  case resident(ResidentCollection, ResidentFrame, ResidentFilter?)

  /// A past state, and properties that the collection in memory does not have, are the reader's.
  init(
    of task: LayerTask, reader: any FeatureReading, residents: [ResidentCollection], crs: CoordinateReferenceSystem
  ) throws {
    let layer = task.layer
    if layer.asOf == nil, let resident = residents.first(where: { $0.descriptor.id == layer.collection }),
      task.asked.allSatisfy({ resident.column(of: $0) != nil })
    {
      self = .resident(resident, try resident.frame(in: crs), try layer.filter.map { try ResidentFilter($0, resident) })
    } else {
      self = .reader(reader)
    }
  }
}
