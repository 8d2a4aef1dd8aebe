#pragma once
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include FT_STROKER_H

// Macros that Swift does not import.
static const FT_Int32 lageplan_load_unhinted = FT_LOAD_NO_HINTING;
static const FT_Int32 lageplan_load_rendered = FT_LOAD_NO_HINTING | FT_LOAD_RENDER;
