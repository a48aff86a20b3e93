#include "tools/hub/serving/receipt_schedule.h"

#include <algorithm>

namespace hf::hub {

void ReceiptSchedule::note(std::int64_t gateway_id, std::uint64_t bytes, bool asks,
                           const ReceiptWish& wish, UtcTime now) {
  const auto [debt, is_new] = debts_.try_emplace(gateway_id);
  Debt& owed = debt->second;
  if (is_new) owed.told = now;
  owed.is_owed = owed.is_owed || bytes > 0 || asks;
  owed.asks = owed.asks || asks;
  owed.bytes += bytes;
  owed.noted = now;
  owed.wish = {std::clamp(wish.every, kReceiptEveryLeast, kReceiptEveryMost),
               std::max(wish.bytes, kReceiptBytesLeast)};
}

ReceiptSchedule::Due ReceiptSchedule::due(UtcTime now) const {
  Due due;
  for (const auto& [id, debt] : debts_) {
    if (!debt.is_owed) continue;
    if (debt.asks || debt.bytes >= debt.wish.bytes) {
      due.at_once.push_back(id);
    } else if (now - debt.told >= debt.wish.every || now < debt.told) {  // or the clock went back
      due.by_time.push_back(id);
    }
  }
  return due;
}

void ReceiptSchedule::told(std::int64_t gateway_id, UtcTime now) {
  Debt& debt = debts_[gateway_id];
  debt.is_owed = false;
  debt.asks = false;
  debt.bytes = 0;
  debt.told = now;
}

bool ReceiptSchedule::is_still_due(std::int64_t gateway_id, UtcTime told, UtcTime now) {
  Debt& debt = debts_[gateway_id];
  if (told > debt.noted && told <= now) {
    this->told(gateway_id, told);
    return false;
  }
  if (told > now || now - told >= debt.wish.every) return true;
  debt.told = told;
  return false;
}

}  // namespace hf::hub
