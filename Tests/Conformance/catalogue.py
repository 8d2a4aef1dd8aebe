"""Every requirement of the standards that the service claims, by the names that the standards give them.

The suite must have exactly one check for each name in `REQUIREMENTS`; a name in `NOT_APPLICABLE` stands in the table with its reason
instead. So nothing is left out silently: a requirement without either fails the run.

Names are those of OGC 17-069r4 (Part 1), 18-058r1 (Part 2), 19-079r2 (Part 3), 20-002 (Part 4), 23-058 (Part 5), 21-065r2 (CQL2),
20-057 (Tiles) and 17-083r4 (Two Dimensional Tile Matrix Set). The modules of time and subset, which 20-057 takes into its class datetime
by the names of another class (/req/collections/rc-...), stand in that class.
"""

TITLES = {
    "features-1": "OGC API - Features - Part 1: Core",
    "features-2": "OGC API - Features - Part 2: Coordinate Reference Systems by Reference",
    "features-3": "OGC API - Features - Part 3: Filtering",
    "features-4": "OGC API - Features - Part 4: Create, Replace, Update and Delete",
    "features-5": "OGC API - Features - Part 5: Schemas",
    "cql2": "Common Query Language (CQL2)",
    "tiles-1": "OGC API - Tiles - Part 1: Core",
    "tms-2": "Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0",
}

CONFORMANCE = {
    "features-1": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/",
    "features-2": "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/",
    "features-3": "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/",
    "features-4": "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/",
    "features-5": "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/",
    "cql2": "http://www.opengis.net/spec/cql2/1.0/conf/",
    "tiles-1": "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/",
    "tms-2": "http://www.opengis.net/spec/tms/2.0/conf/",
}

# standard → requirements class → the names within it
REQUIREMENTS = {
    "features-1": {
        "core": """
            root-op root-success api-definition-op api-definition-success conformance-op conformance-success http
            query-param-unknown query-param-invalid crs84 fc-md-op fc-md-success fc-md-links fc-md-items fc-md-items-links
            fc-md-extent fc-md-extent-multi sfc-md-op sfc-md-success fc-op fc-limit-definition fc-limit-response-1
            fc-bbox-definition fc-bbox-response fc-time-definition fc-time-response fc-response fc-links fc-rel-type fc-timeStamp
            fc-numberMatched fc-numberReturned f-op f-success f-links""",
        "html": "definition content",
        "geojson": "definition content",
        "gmlsf0": "definition content",
        "gmlsf2": "definition content",
        "oas30": "oas-definition-1 oas-definition-2 oas-impl completeness exceptions-codes security",
    },
    "features-2": {
        "crs": """
            crs-uri fc-md-crs-list fc-md-crs-list-global fc-md-storageCrs fc-md-storageCrs-valid-value fc-bbox-crs-definition
            fc-bbox-crs-valid-value fc-bbox-crs-default-value fc-bbox-crs-action bbox-crs-exception fc-crs-definition
            fc-crs-valid-value fc-crs-default-value fc-crs-action crs-exception geojson ogc-crs-header ogc-crs-header-value""",
    },
    "features-3": {
        "queryables": "queryables-link get-queryables-op get-queryables-response expression-construction",
        "queryables-query-parameters": "parameters",
        "filter": """
            filter-param filter-lang-param filter-crs-wgs84 filter-crs-param get-functions-operation get-functions-response-json
            mixing-expressions response""",
        "features-filter": "queryables-link get-queryables-op filter-param filter-lang-param filter-crs-param response",
    },
    "features-4": {
        "create-replace-delete": """
            methods post-op post-body post-content-type post-response post-response-rid put-op put-body put-content-type put-rid
            put-response put-rid-exception delete-op delete-response options-op options-response""",
        "update": "methods update-patch-op update-patch-body rid update-patch-response",
        "optimistic-locking-etags": """
            get-etag-response put-etag-response patch-etag-response ifmatch-put-op ifmatch-put-eval ifmatch-patch-op
            ifmatch-patch-eval""",
        "optimistic-locking-timestamps": """
            get-last-modified-response put-last-modified-response patch-last-modified-response ifunmodifiedsince-put-op
            ifunmodifiedsince-put-eval ifunmodifiedsince-patch-op ifunmodifiedsince-patch-eval""",
        "features": """
            resources-endpoint resource-endpoint collection-endpoint schema geojson-create-replace
            update-json-merge-patch gml-create-replace crs-crs84 default-crs content-crs-header crs-other-crs gml-srsname""",
    },
    "features-5": {
        "schemas": "json-schema properties additional-keywords role role-id property-seq unit definition nullvalues",
        "returnables-and-receivables": "link op response",
        "queryables": "link op response",
        "sortables": "link op response",
    },
    "cql2": {
        "basic-cql2": "cql2-filter property binary-comparison-predicate null-predicate",
        "advanced-comparison-operators": "like-predicate between-predicate in-predicate",
        "case-insensitive-comparison": "casei-function",
        "accent-insensitive-comparison": "accenti-function",
        "basic-spatial-functions": "spatial-predicate spatial-functions",
        "basic-spatial-functions-plus": "spatial-data-types",
        "spatial-functions": "spatial-functions",
        "temporal-functions": "temporal-predicates temporal-functions",
        "array-functions": "array-predicates",
        "property-property": "withdraw-permissions",
        "functions": "functions get-functions-operation get-functions-response-json",
        "arithmetic": "arithmetic",
        "cql2-text": """
            basic-cql2 escaping advanced-comparison-operators case-insensitive-comparison accent-insensitive-comparison
            basic-spatial-functions basic-spatial-functions-plus spatial-functions temporal-functions arrays property-property
            functions arithmetic""",
        "cql2-json": """
            basic-cql2 advanced-comparison-operators case-insensitive-comparison accent-insensitive-comparison
            basic-spatial-functions basic-spatial-functions-plus spatial-functions temporal-functions arrays property-property
            functions arithmetic""",
    },
    "tiles-1": {
        "core": """
            conformance-success tc-op tc-tilematrix-definition tc-tilerow-definition tc-tilecol-definition tc-success tc-error""",
        "tileset": "description",
        "tilesets-list": "tileset-links tileset-path",
        "dataset-tilesets": "landingpage operation",
        "geodata-tilesets": "desc-links operation",
        "collections-selection": "query-collections collections-response",
        "datetime": "axis rc-datetime-definition rc-datetime-response rc-subset-definition rc-subset-response",
        "oas30": "completeness operation-id",
        "xml": "content definition",
        "png": "content",
        "jpeg": "content",
        "tiff": "content geotiff",
        "netcdf": "content geo",
        "geojson": "content",
        "mvt": "content",
    },
    "tms-2": {
        "tilematrixset": "model",
        "json-tilematrixset": "ietf media-type model schema",
        "xml-tilematrixset": "media-type model schema",
        "tilematrixsetlimits": "model",
        "json-tilematrixsetlimits": "ietf model schema",
        "xml-tilematrixsetlimits": "model schema",
        "tilesetmetadata": "identifier model",
        "json-tilesetmetadata": "ietf media-type model schema",
        "xml-tilesetmetadata": "media-type model schema",
        "variablematrixwidth": "model coalescence1",
        "json-variablematrixwidth": "ietf model schema",
        "xml-variablematrixwidth": "model schema",
    },
}

NOT_APPLICABLE = {
    ("features-1", "gmlsf0/definition"): "no GML is served, the class is not declared",
    ("features-1", "gmlsf0/content"): "no GML is served, the class is not declared",
    ("features-1", "gmlsf2/definition"): "no GML is served, the class is not declared",
    ("features-1", "gmlsf2/content"): "no GML is served, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/get-last-modified-response"): "versions are told by ETag, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/put-last-modified-response"): "versions are told by ETag, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/patch-last-modified-response"): "versions are told by ETag, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/ifunmodifiedsince-put-op"): "an obligation of clients, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/ifunmodifiedsince-put-eval"): "versions are told by ETag, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/ifunmodifiedsince-patch-op"): "an obligation of clients, the class is not declared",
    ("features-4", "optimistic-locking-timestamps/ifunmodifiedsince-patch-eval"): "versions are told by ETag, the class is not declared",
    ("features-4", "optimistic-locking-etags/ifmatch-put-op"): "an obligation of clients; QGIS sends none, so the header stays optional",
    ("features-4", "optimistic-locking-etags/ifmatch-patch-op"): "an obligation of clients; QGIS sends none, so the header stays optional",
    ("features-4", "features/gml-create-replace"): "no GML is taken",
    ("features-4", "features/gml-srsname"): "no GML is taken",
    ("features-4", "features/crs-crs84"): "holds only for servers without Part 2",
    ("tiles-1", "xml/content"): "no XML is served, the class is not declared",
    ("tiles-1", "xml/definition"): "no XML is served, the class is not declared",
    ("tiles-1", "png/content"): "tiles are vectors, no pictures; the class is not declared",
    ("tiles-1", "jpeg/content"): "tiles are vectors, no pictures; the class is not declared",
    ("tiles-1", "tiff/content"): "tiles are vectors, no coverages; the class is not declared",
    ("tiles-1", "tiff/geotiff"): "tiles are vectors, no coverages; the class is not declared",
    ("tiles-1", "netcdf/content"): "tiles are vectors, no coverages; the class is not declared",
    ("tiles-1", "netcdf/geo"): "tiles are vectors, no coverages; the class is not declared",
    ("tiles-1", "geojson/content"): "GeoJSON is served as items with a bbox, not as tiles; the class is not declared",
    ("tms-2", "xml-tilematrixset/media-type"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilematrixset/model"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilematrixset/schema"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilematrixsetlimits/model"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilematrixsetlimits/schema"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilesetmetadata/media-type"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilesetmetadata/model"): "no XML is served, the class is not declared",
    ("tms-2", "xml-tilesetmetadata/schema"): "no XML is served, the class is not declared",
    ("tms-2", "xml-variablematrixwidth/model"): "no XML is served, the class is not declared",
    ("tms-2", "xml-variablematrixwidth/schema"): "no XML is served, the class is not declared",
    ("tms-2", "variablematrixwidth/model"): "every set has tiles of one width, the class is not declared",
    ("tms-2", "variablematrixwidth/coalescence1"): "every set has tiles of one width, the class is not declared",
    ("tms-2", "json-variablematrixwidth/ietf"): "every set has tiles of one width, the class is not declared",
    ("tms-2", "json-variablematrixwidth/model"): "every set has tiles of one width, the class is not declared",
    ("tms-2", "json-variablematrixwidth/schema"): "every set has tiles of one width, the class is not declared",
    ("features-5", "schemas/nullvalues"): "the store knows null itself; no schema declares values that stand for it",
}

# Classes that must not be declared, since their requirements are not met.
UNDECLARED = [("features-1", "gmlsf0"), ("features-1", "gmlsf2"), ("features-4", "optimistic-locking-timestamps")] + [
    ("tiles-1", name) for name in ("xml", "png", "jpeg", "tiff", "netcdf", "geojson")] + [
    ("tms-2", name) for name in (
        "xml-tilematrixset", "xml-tilematrixsetlimits", "xml-tilesetmetadata", "variablematrixwidth", "json-variablematrixwidth",
        "xml-variablematrixwidth")]

# Classes of Part 5 that are declared because the schemas carry what they ask for, with no requirements beyond those above that could be
# checked from outside; and the name that the basic spatial functions had in a draft, which older QGIS looks for.
DECLARED_BESIDE = {CONFORMANCE["features-5"] + name for name in ("core-roles-features", "feature-references")}
DECLARED_BESIDE.add(CONFORMANCE["cql2"] + "basic-spatial-operators")


def every():
    """(standard, class/name) of every requirement, in the order of the standards."""
    for standard, classes in REQUIREMENTS.items():
        for class_, names in classes.items():
            for name in names.split():
                yield standard, f"{class_}/{name}"
