#include "flows/uplink/receipt_watch.h"

#include <algorithm>

namespace hf::flows::uplink {
namespace {

using stores::queue::Interval;

// Rows that follow each other on the way, this soon, are lost or confirmed together anyway.
constexpr Duration kSameEntry = seconds(5);
// Over the period in which receipts were asked for: then one is asked for, and then it is too late.
constexpr Duration kAskMargin = seconds(30);
constexpr Duration kMargin = seconds(45);

// Of `rows`, from the first that the hub does not say it has to the last.
Interval unconfirmed(const Interval& rows, const wire::ReceiptEntry& entry) {
  Interval left{rows.end, rows.first};
  const auto lacks = [&](const Interval& part) {
    const Interval common = stores::queue::common_part(rows, part);
    if (common.empty()) return;
    left = {std::min(left.first, common.first), std::max(left.end, common.end)};
  };
  for (const wire::PositionRun& hole : entry.holes) lacks({hole.first, hole.end});
  lacks({entry.through, stores::queue::kPositionEnd});
  return left.empty() ? Interval{rows.end, rows.end} : left;
}

}  // namespace

void ReceiptWatch::set_period(Duration receipt_every) {
  receipt_every_ = receipt_every;
  patience_ = std::max(patience_, first_patience());
}

Duration ReceiptWatch::first_patience() const {
  return std::max(kPatienceLeast, receipt_every_ + kMargin);
}

bool ReceiptWatch::add(const AwaitedRun& run) {
  if (!runs_.empty()) {
    AwaitedRun& last = runs_[runs_.size() - 1];
    const bool adjoins = last.stream == run.stream && last.lane == run.lane && !last.is_lost &&
                         last.rows.end == run.rows.first;
    if (adjoins && (run.since - last.since < kSameEntry || runs_.full())) {
      last.rows.end = run.rows.end;
      return true;
    }
  }
  return is_ok(runs_.try_push(run));
}

std::uint64_t ReceiptWatch::confirm(const wire::ReceiptEntry& entry, Uptime now) {
  std::uint64_t confirmed = 0;
  for (std::size_t i = 0; i < runs_.size();) {
    AwaitedRun& run = runs_[i];
    if (run.stream != entry.stream || run.lane != entry.lane) {
      ++i;
      continue;
    }
    const Interval left = unconfirmed(run.rows, entry);
    confirmed += run.rows.count() - left.count();
    run.rows = left;
    run.is_lost = run.is_lost || (left.first < entry.through && now - run.since >= kHubTakes);
    if (left.empty()) {
      runs_.erase(i);
    } else {
      ++i;
    }
  }
  if (confirmed > 0) patience_ = first_patience();
  return confirmed;
}

bool ReceiptWatch::take_overdue(Uptime now, AwaitedRun& run) {
  if (runs_.empty()) return false;
  if (now - runs_[0].since >= patience_) {
    given_back_to_ = now;
    patience_ = std::min(patience_ * 2, std::max(kPatienceMost, first_patience() * 2));
  }
  const auto is_due = [&](const AwaitedRun& waiting) {
    return waiting.is_lost || waiting.since < given_back_to_;
  };
  const auto found = std::find_if(runs_.begin(), runs_.end(), is_due);
  if (found == runs_.end()) return false;
  run = *found;
  runs_.erase(static_cast<std::size_t>(found - runs_.begin()));
  return true;
}

Uptime ReceiptWatch::ask_at() const {
  return runs_[0].since + std::max(milliseconds(patience_.ms / 2), receipt_every_ + kAskMargin);
}

bool ReceiptWatch::wants_to_ask(Uptime now) const {
  return !runs_.empty() && now >= ask_at() && asked_at_ < ask_at();
}

std::uint64_t ReceiptWatch::rows() const {
  std::uint64_t rows = 0;
  for (const AwaitedRun& run : runs_) rows += run.rows.count();
  return rows;
}

Uptime ReceiptWatch::next() const {
  if (runs_.empty()) return Uptime{INT64_MAX};
  return asked_at_ < ask_at() ? ask_at() : runs_[0].since + patience_;
}

}  // namespace hf::flows::uplink
