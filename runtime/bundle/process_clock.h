// SPDX-License-Identifier: Apache-2.0
// The time that a process takes.
#pragma once

// The process begins now.
void startProcessClock();
