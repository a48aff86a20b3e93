// When readings were taken and how good they are, told as runs: `count` readings of one quality
// whose ticks are `step` apart. Almost all sensors are one run for hours.
//
// In a block the runs are tokens that grow from the end of its bytes towards the values, so the
// byte after a token stands before it. The header holds the first tick, timeline and quality; the
// step is presumed to be every scan. Whatever follows as these foretell takes no token at all, so a
// regular, good sensor has none.
//
//   0zzzzzzz            one reading, z off the tick foretold (zigzag, -64..63)
//   10nnnnnn            n + 1 readings as foretold
//   110nnnnn nnnnnnnn   n + 65 readings as foretold
//   11100qqq            the quality from here on
//   1110 1000 s…        the step from here on (varint)
//   1110 1001 g…        the next tick is g further than foretold (zigzag varint)
//   1111tttt T…         the timeline from here on, and its next tick (four bytes, little-endian)
//
// "As foretold" is the last tick + the step. What follows the last token is as foretold. This never
// leaves the memory of one process, so it has no version and its reader trusts it.
//
// Cost: 1 byte for a reading off its tick by less than 64, about 3 for a lost scan or a change of
// quality. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "stores/telemetry/block_pool.h"

namespace hf::stores::telemetry {

struct Run {
  std::uint32_t tick = 0;  // of the first reading
  std::uint16_t step = 0;  // between readings; for one reading: as its sensor had it before
  std::uint16_t count = 0;
  Timeline timeline = kOwnTime;
  Quality quality = Quality::good;

  std::uint32_t tick_of(std::uint32_t reading) const { return tick + step * reading; }
  std::uint32_t tick_after() const { return tick_of(count); }
  // REQUIRES: readings <= count.
  void take_off(std::uint32_t readings) {
    tick = tick_of(readings);
    count = static_cast<std::uint16_t>(count - readings);
  }
};

class RunTokens;

// Writes the runs of one block. Six words of state, one per open block.
class RunWriter {
 public:
  // Begins a block with `first`, which must still be appended.
  void begin(BlockHeader& header, const Run& first);

  // The bytes that appending `runs` takes from the back of the block; cut short, never more.
  std::uint32_t bytes_for(std::span<const Run> runs) const;

  // The first `count` readings of `run`. REQUIRES: 0 < count <= run.count, and as many bytes as
  // bytes_for() says are free before the header's run_bytes.
  void append(const Run& run, std::uint32_t count, BlockHeader& header, std::span<std::byte> bytes);

  // From the next reading on a step of `step` is foretold. REQUIRES: kStepBytesMax bytes are free.
  static constexpr std::uint32_t kStepBytesMax = 16;
  void foretell(std::uint16_t step, BlockHeader& header, std::span<std::byte> bytes);

  std::uint16_t step() const { return step_; }

 private:
  void put_step(std::uint16_t step, RunTokens& tokens);
  void put(const Run& run, std::uint32_t count, RunTokens& tokens);
  void put_reading(std::uint32_t tick, RunTokens& tokens);
  void put_foretold(RunTokens& tokens);

  std::uint32_t next_tick_ = 0;
  std::uint32_t foretold_ = 0;  // readings since the last token
  std::uint16_t step_ = 0;
  Timeline timeline_ = kOwnTime;
  Quality quality_ = Quality::good;
};

// Reads them back, any number at a time.
class RunReader {
 public:
  RunReader() = default;
  // The block may grow meanwhile; this reader ends where the block ended now.
  RunReader(const BlockHeader& header, std::span<const std::byte> bytes);

  std::uint32_t left() const { return left_; }
  // The next run, of at most `most` readings. REQUIRES: left() > 0 and most > 0.
  Run next(std::uint32_t most);

 private:
  std::uint8_t byte();
  std::uint32_t varint();
  void read_tokens();

  const std::byte* back_ = nullptr;  // the end of the block's bytes
  std::uint32_t read_ = 0;           // bytes of tokens
  std::uint32_t run_bytes_ = 0;
  std::uint32_t left_ = 0;      // readings in the block
  std::uint32_t in_token_ = 0;  // of them foretold by the last token
  std::uint32_t next_tick_ = 0;
  std::uint16_t step_ = 0;
  Timeline timeline_ = kOwnTime;
  Quality quality_ = Quality::good;
};

}  // namespace hf::stores::telemetry
