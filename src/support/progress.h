// SPDX-License-Identifier: Apache-2.0
//
// Progress of a job made of steps, in three parts: the state, a renderer that turns it into a line, and a
// display that owns the terminal line while it lives. Everything goes to standard error.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace taipan {

using Clock = std::chrono::steady_clock;

struct RunningStep {
    std::string title;
    double expected_seconds = 1;
    Clock::time_point started;
};

struct ProgressState {
    int total = 0;
    int finished = 0;
    double total_seconds = 0;     ///< expected, all steps
    double finished_seconds = 0;  ///< expected, of the finished ones
    Clock::time_point started;
    std::vector<RunningStep> running;
};

/// "3/12 [#####-------] 41% 1m02s  building the native interpreter", at most `width` columns.
std::string renderProgress(const ProgressState& state, Clock::time_point now, int width);

/// "8s", "1m02s", "1h05m".
std::string renderDuration(std::chrono::duration<double> duration);

enum class ProgressStyle { Bar, Lines, Silent };

/// Shows the progress until it is destroyed; then the line is gone. Thread-safe.
class ProgressDisplay {
  public:
    ProgressDisplay(ProgressStyle style, int total_steps, double total_seconds);
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    void begin(const std::string& title, double expected_seconds);
    void end(const std::string& title, bool succeeded);

  private:
    void paint();  // REQUIRES: mutex_ held
    void erase() const;
    void repaintUntilStopped();

    const ProgressStyle style_;
    std::mutex mutex_;
    std::condition_variable stop_signal_;
    bool stopped_ = false;
    ProgressState state_;
    std::thread painter_;
};

/// A bar on a terminal, lines elsewhere, nothing when quiet.
ProgressStyle chooseProgressStyle(bool quiet);

}  // namespace taipan
