#include "cgdal.h"
