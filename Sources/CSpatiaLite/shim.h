// Order matters: SQLite first, then SpatiaLite's own headers, which lean on one another.
#pragma once
#include <sqlite3.h>
#include <spatialite.h>
#include <spatialite/gg_const.h>
#include <spatialite/gg_structs.h>
#include <spatialite/gg_core.h>
