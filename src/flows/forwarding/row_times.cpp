#include "flows/forwarding/row_times.h"

#include <algorithm>

namespace hf::flows::forwarding {

void RowTimes::clear(Uptime until) {
  count_ = 0;
  next_ = 0;
  until_ = until;
}

void RowTimes::note(Uptime at) {
  std::uint16_t row = 0;
  if (at > until_ || find(at, row)) return;
  if (count_ == memory_.size() && !make_room()) return;
  if (at > until_) return;
  next_ = std::min(next_, count_);
  const auto place = memory_.begin() + static_cast<std::ptrdiff_t>(next_);
  std::copy_backward(place, memory_.begin() + static_cast<std::ptrdiff_t>(count_),
                     memory_.begin() + static_cast<std::ptrdiff_t>(count_) + 1);
  *place = at;
  ++count_;
  ++next_;
}

// False: all rows are of one moment, and that moment is the frame.
bool RowTimes::make_room() {
  const Uptime latest = memory_[count_ - 1];
  if (memory_[0] == latest) return false;
  until_ = latest - milliseconds(1);
  while (memory_[count_ - 1] == latest) --count_;
  return true;
}

bool RowTimes::find(Uptime at, std::uint16_t& row) {
  while (next_ < count_ && memory_[next_] < at) ++next_;
  if (next_ == count_ || memory_[next_] != at) return false;
  row = static_cast<std::uint16_t>(next_++);
  return true;
}

}  // namespace hf::flows::forwarding
