// SPDX-License-Identifier: Apache-2.0
// What lies in memory that nobody uses is part of a snapshot as well, unless it is zero.
#pragma once

// Fills with zeros what Python's allocator and the C library's have to give.
void clearFreeMemory();
