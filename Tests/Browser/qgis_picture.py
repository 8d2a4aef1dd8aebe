"""Draws styles of a Lageplan server by QGIS, run by the system's Python: qgis_picture.py JSON (see pictures.py).

The style goes through QGIS's own converter of MapLibre styles, as when a user gives its address with a vector tile connection.
"""

import json
import math
import os
import pathlib
import sys
import urllib.request

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsCoordinateTransformContext,
                       QgsMapBoxGlStyleConversionContext, QgsMapBoxGlStyleConverter, QgsMapRendererParallelJob, QgsMapSettings,
                       QgsPointXY, QgsRectangle, QgsUnitTypes, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage

# QGIS counts the zoom by the scale on a screen of 0.28 mm pixels and tiles of 256; at just below this density its zooms
# are MapLibre's, and never round down.
DPI = 0.999 * 2 * 25.4 / 0.28
HALF = 20_037_508.342789244


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def converted(style):
    context = QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(QgsUnitTypes.RenderPixels)
    context.setPixelSizeConversionFactor(1)
    sheet = QImage()
    sheet.loadFromData(fetch(style["sprite"] + ".png"))
    context.setSprites(sheet, json.loads(fetch(style["sprite"] + ".json")))
    converter = QgsMapBoxGlStyleConverter()
    if converter.convert(style, context) != QgsMapBoxGlStyleConverter.Success:
        sys.exit(f"QGIS does not convert the style: {converter.errorMessage()}")
    for warning in sorted(set(converter.warnings())):
        print("qgis:", warning)
    return converter


def picture(job, name, style_id, zoom, center):
    base = job["base"]
    style = json.loads(fetch(f"{base}/styles/{style_id}"))
    collections = ",".join(dict.fromkeys(layer["source-layer"] for layer in style["layers"] if "source-layer" in layer))
    layer = QgsVectorTileLayer(f"type=xyz&url={base}/tiles/{collections}/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=22", name)
    converter = converted(style)
    layer.setRenderer(converter.renderer())
    layer.setLabeling(converter.labeling())
    settings = QgsMapSettings()
    settings.setLayers([layer])
    width, height = job["size"]
    settings.setOutputSize(QSize(width, height))
    settings.setOutputDpi(DPI)
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    settings.setDestinationCrs(mercator)
    background = [each["paint"]["background-color"] for each in style["layers"] if each["type"] == "background"]
    settings.setBackgroundColor(QColor(background[0] if background else "white"))
    place = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), mercator, QgsCoordinateTransformContext()).transform(
        QgsPointXY(*center))
    metres = 2 * HALF / (512 * math.pow(2, zoom))
    settings.setExtent(QgsRectangle(
        place.x() - width / 2 * metres, place.y() - height / 2 * metres, place.x() + width / 2 * metres, place.y() + height / 2 * metres))
    job_ = QgsMapRendererParallelJob(settings)
    job_.start()
    job_.waitForFinished()
    job_.renderedImage().save(str(pathlib.Path(job["folder"]) / f"{name}-qgis.png"))


def main():
    job = json.loads(sys.argv[1])
    application = QgsApplication([], False)
    application.initQgis()
    for view in job["views"]:
        picture(job, *view)
    sys.stdout.flush()
    os._exit(0)  # QGIS 3.22 may crash while it ends


main()
