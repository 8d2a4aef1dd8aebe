#include "cgdal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static cgdal_functions functions;
static char fault[512];
static int loaded = 0;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Debian 12 first, then later releases (Debian 13 has 36), then what a development package links.
static const char *const libraries[] = {"libgdal.so.32", "libgdal.so.33", "libgdal.so.34", "libgdal.so.35", "libgdal.so.36",
                                        "libgdal.so.37", "libgdal.so.38", "libgdal.so.31", "libgdal.so.30", "libgdal.so"};

static void load(void) {
  void *library = NULL;
  for (unsigned int index = 0; index < sizeof libraries / sizeof *libraries && library == NULL; index++) {
    library = dlopen(libraries[index], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) {
    snprintf(fault, sizeof fault, "no libgdal.so.32 (or 30 to 38) can be loaded");
    return;
  }
#define CGDAL_FIND(result, name, parameters)                                 \
  {                                                                          \
    void *symbol = dlsym(library, #name);                                    \
    if (symbol == NULL) {                                                    \
      snprintf(fault, sizeof fault, "the GDAL found here lacks %s", #name);  \
      return;                                                                \
    }                                                                        \
    functions.name = (__typeof__(functions.name))symbol;                     \
  }
  CGDAL_FUNCTIONS(CGDAL_FIND)
#undef CGDAL_FIND
  loaded = 1;
}

const cgdal_functions *cgdal_load(void) {
  pthread_once(&once, load);
  return loaded ? &functions : NULL;
}

const char *cgdal_fault(void) {
  pthread_once(&once, load);
  return fault;
}
