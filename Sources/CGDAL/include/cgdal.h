// GDAL's C API, as far as Lageplan uses it, reached at run time.
//
// The library is opened when a file is imported or exported, not when the program starts: linked, it would bring 61 more shared
// libraries into every start, and serving needs none of them. The prototypes are our own, after the public documentation
// (https://gdal.org/api/vector_c_api.html); GDAL promises them stable, so one table fits every version from 3.4 on.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Opaque handles, all alike for Swift: OpaquePointer.
typedef struct cgdal_dataset *cgdal_dataset;
typedef struct cgdal_driver *cgdal_driver;
typedef struct cgdal_layer *cgdal_layer;
typedef struct cgdal_definition *cgdal_definition;
typedef struct cgdal_field *cgdal_field;
typedef struct cgdal_feature *cgdal_feature;
typedef struct cgdal_geometry *cgdal_geometry;
typedef struct cgdal_srs *cgdal_srs;
typedef struct cgdal_transformation *cgdal_transformation;
// A list of strings, ended by a null pointer.
typedef const char *const *cgdal_strings;
typedef void (*cgdal_error_handler)(int severity, int number, const char *message);

// Every function: result, name in GDAL, parameters.
#define CGDAL_FUNCTIONS(X)                                                                                                   \
  X(const char *, GDALVersionInfo, (const char *what))                                                                       \
  X(void, GDALAllRegister, (void))                                                                                           \
  X(cgdal_dataset, GDALOpenEx,                                                                                               \
    (const char *name, unsigned int flags, cgdal_strings drivers, cgdal_strings options, cgdal_strings siblings))           \
  X(void, GDALClose, (cgdal_dataset))                                                                                        \
  X(cgdal_driver, GDALGetDatasetDriver, (cgdal_dataset))                                                                     \
  X(cgdal_driver, GDALGetDriverByName, (const char *name))                                                                   \
  X(int, GDALGetDriverCount, (void))                                                                                         \
  X(cgdal_driver, GDALGetDriver, (int index))                                                                                \
  X(const char *, GDALGetDriverShortName, (cgdal_driver))                                                                    \
  X(const char *, GDALGetMetadataItem, (void *object, const char *name, const char *domain))                                 \
  X(cgdal_dataset, GDALCreate,                                                                                               \
    (cgdal_driver, const char *name, int width, int height, int bands, int type, cgdal_strings options))                    \
  X(int, GDALDatasetGetLayerCount, (cgdal_dataset))                                                                          \
  X(cgdal_layer, GDALDatasetGetLayer, (cgdal_dataset, int index))                                                            \
  X(cgdal_layer, GDALDatasetGetLayerByName, (cgdal_dataset, const char *name))                                               \
  X(cgdal_layer, GDALDatasetCreateLayer,                                                                                     \
    (cgdal_dataset, const char *name, cgdal_srs, int geometry_type, cgdal_strings options))                                 \
  X(int, GDALDatasetStartTransaction, (cgdal_dataset, int force))                                                            \
  X(int, GDALDatasetCommitTransaction, (cgdal_dataset))                                                                      \
  X(const char *, OGR_L_GetName, (cgdal_layer))                                                                              \
  X(const char *, OGR_L_GetFIDColumn, (cgdal_layer))                                                                         \
  X(int64_t, OGR_L_GetFeatureCount, (cgdal_layer, int force))                                                                \
  X(cgdal_definition, OGR_L_GetLayerDefn, (cgdal_layer))                                                                     \
  X(cgdal_srs, OGR_L_GetSpatialRef, (cgdal_layer))                                                                           \
  X(void, OGR_L_ResetReading, (cgdal_layer))                                                                                 \
  X(cgdal_feature, OGR_L_GetNextFeature, (cgdal_layer))                                                                      \
  X(int, OGR_L_CreateField, (cgdal_layer, cgdal_field, int approximate))                                                     \
  X(int, OGR_L_CreateFeature, (cgdal_layer, cgdal_feature))                                                                  \
  X(int, OGR_FD_GetFieldCount, (cgdal_definition))                                                                           \
  X(cgdal_field, OGR_FD_GetFieldDefn, (cgdal_definition, int index))                                                         \
  X(int, OGR_FD_GetFieldIndex, (cgdal_definition, const char *name))                                                         \
  X(int, OGR_FD_GetGeomFieldCount, (cgdal_definition))                                                                       \
  X(cgdal_field, OGR_Fld_Create, (const char *name, int type))                                                               \
  X(void, OGR_Fld_Destroy, (cgdal_field))                                                                                    \
  X(const char *, OGR_Fld_GetNameRef, (cgdal_field))                                                                         \
  X(int, OGR_Fld_GetType, (cgdal_field))                                                                                     \
  X(int, OGR_Fld_GetSubType, (cgdal_field))                                                                                  \
  X(void, OGR_Fld_SetSubType, (cgdal_field, int type))                                                                       \
  X(void, OGR_Fld_SetWidth, (cgdal_field, int width))                                                                        \
  X(cgdal_feature, OGR_F_Create, (cgdal_definition))                                                                         \
  X(void, OGR_F_Destroy, (cgdal_feature))                                                                                    \
  X(int64_t, OGR_F_GetFID, (cgdal_feature))                                                                                  \
  X(int, OGR_F_SetFID, (cgdal_feature, int64_t number))                                                                      \
  X(int, OGR_F_IsFieldSetAndNotNull, (cgdal_feature, int field))                                                             \
  X(int64_t, OGR_F_GetFieldAsInteger64, (cgdal_feature, int field))                                                          \
  X(double, OGR_F_GetFieldAsDouble, (cgdal_feature, int field))                                                              \
  X(const char *, OGR_F_GetFieldAsString, (cgdal_feature, int field))                                                        \
  X(int, OGR_F_GetFieldAsDateTimeEx,                                                                                         \
    (cgdal_feature, int field, int *year, int *month, int *day, int *hour, int *minute, float *second, int *zone))          \
  X(const int *, OGR_F_GetFieldAsIntegerList, (cgdal_feature, int field, int *count))                                        \
  X(const int64_t *, OGR_F_GetFieldAsInteger64List, (cgdal_feature, int field, int *count))                                  \
  X(const double *, OGR_F_GetFieldAsDoubleList, (cgdal_feature, int field, int *count))                                      \
  X(cgdal_strings, OGR_F_GetFieldAsStringList, (cgdal_feature, int field))                                                   \
  X(const char *, OGR_F_GetNativeData, (cgdal_feature))                                                                      \
  X(cgdal_geometry, OGR_F_GetGeometryRef, (cgdal_feature))                                                                   \
  X(void, OGR_F_SetFieldNull, (cgdal_feature, int field))                                                                    \
  X(void, OGR_F_SetFieldInteger64, (cgdal_feature, int field, int64_t value))                                                \
  X(void, OGR_F_SetFieldDouble, (cgdal_feature, int field, double value))                                                    \
  X(void, OGR_F_SetFieldString, (cgdal_feature, int field, const char *value))                                               \
  X(void, OGR_F_SetFieldDateTimeEx,                                                                                          \
    (cgdal_feature, int field, int year, int month, int day, int hour, int minute, float second, int zone))                 \
  X(int, OGR_F_SetGeometryDirectly, (cgdal_feature, cgdal_geometry))                                                         \
  X(int, OGR_G_WkbSize, (cgdal_geometry))                                                                                    \
  X(int, OGR_G_ExportToIsoWkb, (cgdal_geometry, int byte_order, unsigned char *bytes))                                       \
  X(int, OGR_G_CreateFromWkb, (const void *bytes, cgdal_srs, cgdal_geometry *geometry, int size))                            \
  X(int, OGR_G_HasCurveGeometry, (cgdal_geometry, int look_for_non_linear))                                                  \
  X(cgdal_geometry, OGR_G_GetLinearGeometry, (cgdal_geometry, double max_angle, cgdal_strings options))                      \
  X(int, OGR_G_GetGeometryType, (cgdal_geometry))                                                                            \
  X(cgdal_geometry, OGR_G_ForceTo, (cgdal_geometry, int type, cgdal_strings options))                                        \
  X(void, OGR_G_DestroyGeometry, (cgdal_geometry))                                                                           \
  X(cgdal_srs, OSRNewSpatialReference, (const char *wkt))                                                                    \
  X(int, OSRSetFromUserInput, (cgdal_srs, const char *definition))                                                           \
  X(void, OSRRelease, (cgdal_srs))                                                                                           \
  X(void, OSRSetAxisMappingStrategy, (cgdal_srs, int strategy))                                                              \
  X(const int *, OSRGetDataAxisToSRSAxisMapping, (cgdal_srs, int *count))                                                    \
  X(int, OSREPSGTreatsAsLatLong, (cgdal_srs))                                                                                \
  X(int, OSREPSGTreatsAsNorthingEasting, (cgdal_srs))                                                                        \
  X(int, OSRIsProjected, (cgdal_srs))                                                                                        \
  X(const char *, OSRGetName, (cgdal_srs))                                                                                   \
  X(const char *, OSRGetAuthorityName, (cgdal_srs, const char *part))                                                        \
  X(const char *, OSRGetAuthorityCode, (cgdal_srs, const char *part))                                                        \
  X(int, OSRExportToWktEx, (cgdal_srs, char **wkt, cgdal_strings options))                                                   \
  X(cgdal_transformation, OCTNewCoordinateTransformation, (cgdal_srs from, cgdal_srs to))                                    \
  X(void, OCTDestroyCoordinateTransformation, (cgdal_transformation))                                                        \
  X(int, OCTTransform, (cgdal_transformation, int count, double *x, double *y, double *z))                                   \
  X(void, CPLSetConfigOption, (const char *name, const char *value))                                                         \
  X(cgdal_error_handler, CPLSetErrorHandler, (cgdal_error_handler handler))                                                  \
  X(void, CPLErrorReset, (void))                                                                                             \
  X(const char *, CPLGetLastErrorMsg, (void))                                                                                \
  X(int, CPLGetLastErrorType, (void))                                                                                        \
  X(char *, CPLRecode, (const char *text, const char *from, const char *to))                                                 \
  X(void, VSIFree, (void *memory))

#define CGDAL_POINTER(result, name, parameters) result (*name) parameters;
typedef struct {
  CGDAL_FUNCTIONS(CGDAL_POINTER)
} cgdal_functions;
#undef CGDAL_POINTER

// Fills the table, opening the library on the first call; safe from any thread. Returns it, or null when `cgdal_fault` tells why not.
const cgdal_functions *cgdal_load(void);

// Why `cgdal_load` returned null: which library or symbol is missing.
const char *cgdal_fault(void);

#ifdef __cplusplus
}
#endif
