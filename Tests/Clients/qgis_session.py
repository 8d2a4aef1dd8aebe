"""One session of Debian's QGIS without a screen: opens a layer of the service, filters it, draws it, and prints what it saw as JSON.

    QT_QPA_PLATFORM=offscreen /usr/bin/python3 qgis_session.py http://127.0.0.1:8080 trees "genus = 'Tilia'" picture.png

Runs under Debian's own interpreter, for which QGIS is built. Ends by `os._exit`: QGIS 3.22 crashes when it takes itself down.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication, QgsCoordinateReferenceSystem, QgsFeatureRequest, QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle,
    QgsVectorLayer, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def ids(layer, request=None):
    return sorted(feature["id"] for feature in layer.getFeatures(request or QgsFeatureRequest()))


def drawn(layers, extent, crs):
    """The picture of the layers, and how many of its points are not background."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    white = QColor("white").rgb()
    return picture, sum(picture.pixel(x, y) != white for x in range(400) for y in range(400))


def main(base, collection, expression, file):
    layer = QgsVectorLayer(f"url='{base}' typename='{collection}'", collection, "OAPIF")
    if not layer.isValid():
        # The layer's own message must not be asked for: QGIS 3.22 crashes over it.
        return {"valid": False}
    result = {
        "valid": True, "fields": {field.name(): field.typeName() for field in layer.fields()}, "crs": layer.crs().authid(),
        "geometry": layer.geometryType(), "extent": [
            layer.extent().xMinimum(), layer.extent().yMinimum(), layer.extent().xMaximum(), layer.extent().yMaximum()],
        "ids": ids(layer), "count": layer.featureCount(),
    }
    centre, width = layer.extent().center(), layer.extent().width() / 5
    box = QgsRectangle(centre.x() - width, centre.y() - width, centre.x() + width, centre.y() + width)
    result["box"] = [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
    result["inBox"] = ids(layer, QgsFeatureRequest().setFilterRect(box))
    result["selected"] = ids(layer, QgsFeatureRequest().setFilterExpression(expression))
    picture, result["points"] = drawn([layer], layer.extent(), layer.crs())
    picture.save(file)
    tiles = QgsVectorTileLayer(f"type=xyz&url={base}/tiles/{collection}/{{z}}/{{x}}/{{y}}&zmin=0&zmax=16", "tiles")
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    extent = QgsMapSettings()
    extent.setDestinationCrs(mercator)
    result["tilesValid"] = tiles.isValid()
    result["tilePoints"] = drawn([tiles], extent.layerExtentToOutputExtent(layer, layer.extent()), mercator)[1]
    return result


application = QgsApplication([], False)
application.initQgis()
print(json.dumps(main(*sys.argv[1:])))
sys.stdout.flush()
os._exit(0)
