#include "parley_system.h"
