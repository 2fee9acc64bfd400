// SPDX-License-Identifier: Apache-2.0
//
// The bar and the plain lines.
#include "support/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "support/terminal.h"

namespace taipan {

namespace {

constexpr int kBarColumns = 24;
constexpr double kLongestGuess = 0.95;  ///< a step that takes longer than expected stops here
constexpr auto kRepaint = std::chrono::milliseconds(250);
constexpr std::string_view kEraseLine = "\r\x1b[K";

double elapsedSeconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

double fractionDone(const ProgressState& state, Clock::time_point now) {
    if (state.total_seconds <= 0)
        return 0;
    double seconds = state.finished_seconds;
    for (const RunningStep& step : state.running)
        seconds += std::min(elapsedSeconds(step.started, now), step.expected_seconds * kLongestGuess);
    return std::clamp(seconds / state.total_seconds, 0.0, 1.0);
}

std::string runningTitles(const ProgressState& state) {
    std::string text;
    for (const RunningStep& step : state.running)
        text += (text.empty() ? "" : ", ") + step.title;
    return text;
}

void writeError(std::string_view text) {
    // Progress is a courtesy: when nobody can see it the work goes on.
    (void)!write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string renderDuration(std::chrono::duration<double> duration) {
    const auto seconds = static_cast<long>(duration.count());
    if (seconds < 60)
        return fmt::format("{}s", seconds);
    if (seconds < 3600)
        return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
    return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
}

std::string renderProgress(const ProgressState& state, Clock::time_point now, int width) {
    const double fraction = fractionDone(state, now);
    const int filled = static_cast<int>(fraction * kBarColumns);
    const int place =
        std::min(state.total, state.finished + std::max<int>(1, static_cast<int>(state.running.size())));
    std::string line = fmt::format("{}/{} [{:#<{}}{:-<{}}] {:.0f}% {}  {}", place, state.total, "", filled,
                                   "", kBarColumns - filled, fraction * 100,
                                   renderDuration(now - state.started), runningTitles(state));
    // One column stays free: a full line makes some terminals wrap.
    if (width > 0 && line.size() >= static_cast<size_t>(width))
        line.resize(static_cast<size_t>(width) - 1);
    return line;
}

ProgressDisplay::ProgressDisplay(ProgressStyle style, int total_steps, double total_seconds) : style_(style) {
    state_.total = total_steps;
    state_.total_seconds = total_seconds;
    state_.started = Clock::now();
    if (style_ == ProgressStyle::Bar)
        painter_ = std::thread([this] { repaintUntilStopped(); });
}

ProgressDisplay::~ProgressDisplay() {
    if (!painter_.joinable())
        return;
    {
        const std::lock_guard guard(mutex_);
        stopped_ = true;
    }
    stop_signal_.notify_all();
    painter_.join();
    erase();
}

void ProgressDisplay::begin(const std::string& title, double expected_seconds) {
    const std::lock_guard guard(mutex_);
    state_.running.push_back({title, expected_seconds, Clock::now()});
    const size_t place = static_cast<size_t>(state_.finished) + state_.running.size();
    if (style_ == ProgressStyle::Lines)
        writeError(fmt::format("[{}/{}] {}\n", place, state_.total, title));
    if (style_ == ProgressStyle::Bar)
        paint();
}

void ProgressDisplay::end(const std::string& title, bool succeeded) {
    const std::lock_guard guard(mutex_);
    const auto step = std::ranges::find(state_.running, title, &RunningStep::title);
    if (step == state_.running.end())
        return;
    const auto taken = renderDuration(Clock::now() - step->started);
    state_.finished_seconds += step->expected_seconds;
    state_.finished += 1;
    state_.running.erase(step);
    if (style_ == ProgressStyle::Silent || !succeeded)
        return;
    if (style_ == ProgressStyle::Lines)
        writeError(fmt::format("      done in {}: {}\n", taken, title));
    if (style_ == ProgressStyle::Bar)
        paint();
}

void ProgressDisplay::paint() {
    writeError(std::string(kEraseLine) + renderProgress(state_, Clock::now(), terminalWidth(STDERR_FILENO)));
}

void ProgressDisplay::erase() const {
    writeError(kEraseLine);
}

void ProgressDisplay::repaintUntilStopped() {
    std::unique_lock guard(mutex_);
    while (!stop_signal_.wait_for(guard, kRepaint, [this] { return stopped_; }))
        paint();
}

ProgressStyle chooseProgressStyle(bool quiet) {
    if (quiet)
        return ProgressStyle::Silent;
    return isTerminal(STDERR_FILENO) ? ProgressStyle::Bar : ProgressStyle::Lines;
}

}  // namespace taipan
