// When which gateway is told what the hub has.
//
// A receipt costs bytes on links where bytes cost money, so each gateway says how often it wants
// one. Frames that came again are owed one as well: the gateway has not heard the last.
//
//   Q1  Who asks, or has sent more than it wants unreceipted, is told at once.
//   Q2  Everybody else who sent something is told once its own period after the last receipt.
//   Q3  Who sent nothing and asked nothing is told nothing.
//
// In memory only: a worker that dies takes debts along, and gateways that hear nothing send again.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "vocabulary/time.h"

namespace hf::hub {

// What a gateway says it wants is kept within these: less would be a flood, more would be silence.
inline constexpr Duration kReceiptEveryLeast = seconds(1);
inline constexpr Duration kReceiptEveryMost = hours(1);
inline constexpr std::uint64_t kReceiptBytesLeast = 4096;

struct ReceiptWish {
  Duration every = seconds(5);
  std::uint64_t bytes = 65'536;
};

class ReceiptSchedule {
 public:
  // Frames came from it, or it asked. `wish` as it said last.
  void note(std::int64_t gateway_id, std::uint64_t bytes, bool asks, const ReceiptWish& wish,
            UtcTime now);

  struct Due {
    std::vector<std::int64_t> at_once;  // whatever other workers told them
    std::vector<std::int64_t> by_time;  // unless another worker told them meanwhile
  };
  // Who is to be told now.
  Due due(UtcTime now) const;

  // Whether it is still to be told, seeing that any worker told it last at `told`. Not when that
  // was after our own last frames of it; later, when its period has not passed since.
  bool is_still_due(std::int64_t gateway_id, UtcTime told, UtcTime now);

  // It was told.
  void told(std::int64_t gateway_id, UtcTime now);

 private:
  struct Debt {
    bool is_owed = false;
    bool asks = false;
    std::uint64_t bytes = 0;  // since it was told
    ReceiptWish wish;
    UtcTime noted;  // the last time that frames came
    UtcTime told;
  };
  std::map<std::int64_t, Debt> debts_;
};

}  // namespace hf::hub
