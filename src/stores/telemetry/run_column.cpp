#include "stores/telemetry/run_column.h"

#include <algorithm>

namespace hf::stores::telemetry {
namespace {

constexpr std::uint32_t kShortRunMax = 64;
constexpr std::uint32_t kLongRunMax = kShortRunMax + (1U << 13);
constexpr std::uint8_t kShortRun = 0x80, kLongRun = 0xC0, kQuality = 0xE0, kStep = 0xE8,
                       kGap = 0xE9, kTimeline = 0xF0;
constexpr std::uint16_t kNewStepReadings = 4;  // fewer are cheaper as single readings,
constexpr std::int32_t kNearTicks = 64;        // unless each of them is this far off

constexpr std::uint32_t zigzag(std::int32_t number) {
  return (static_cast<std::uint32_t>(number) << 1) ^ static_cast<std::uint32_t>(number >> 31);
}
constexpr std::int32_t unzigzag(std::uint32_t number) {
  return static_cast<std::int32_t>((number >> 1) ^ (0U - (number & 1U)));
}

// Before any is told: a sensor is in every scan of its bus; its own milliseconds tell nothing.
constexpr std::uint16_t presumed_step(Timeline timeline) { return timeline == kOwnTime ? 0 : 1; }

// Whether telling the step of `run` pays, where `step` is foretold.
bool deserves_step(const Run& run, std::uint16_t step) {
  const std::int32_t off = std::int32_t{run.step} - step;
  const bool is_far = off < -kNearTicks || off >= kNearTicks;
  return run.count >= kNewStepReadings || (run.count >= 2 && is_far);
}

}  // namespace

// Where tokens go: into a block from its back, or nowhere, to be counted only.
class RunTokens {
 public:
  explicit RunTokens(std::byte* back = nullptr, std::uint32_t used = 0)
      : back_(back), used_(used) {}

  void put(std::uint32_t byte) {
    ++used_;
    if (back_ != nullptr) *(back_ - used_) = static_cast<std::byte>(byte);
  }
  void put_varint(std::uint32_t number) {
    for (; number >= 0x80; number >>= 7) put((number & 0x7F) | 0x80);
    put(number);
  }
  std::uint32_t used() const { return used_; }

 private:
  std::byte* back_;
  std::uint32_t used_;
};

void RunWriter::begin(BlockHeader& header, const Run& first) {
  next_tick_ = header.first_tick = first.tick;
  step_ = presumed_step(first.timeline);
  timeline_ = first.timeline;
  quality_ = first.quality;
  foretold_ = 0;
  header.first_kind = static_cast<std::uint8_t>(
      first.timeline | (static_cast<unsigned>(first.quality) << kTimelineBits));
}

std::uint32_t RunWriter::bytes_for(std::span<const Run> runs) const {
  RunWriter trial = *this;
  RunTokens tokens;
  for (const Run& run : runs) trial.put(run, run.count, tokens);
  return tokens.used();
}

void RunWriter::append(const Run& run, std::uint32_t count, BlockHeader& header,
                       std::span<std::byte> bytes) {
  HF_ASSERT(count > 0 && count <= run.count);
  RunTokens tokens(bytes.data() + bytes.size(), header.run_bytes);
  put(run, count, tokens);
  HF_ASSERT(tokens.used() <= bytes.size());
  header.run_bytes = static_cast<std::uint16_t>(tokens.used());
}

void RunWriter::foretell(std::uint16_t step, BlockHeader& header, std::span<std::byte> bytes) {
  RunTokens tokens(bytes.data() + bytes.size(), header.run_bytes);
  put_step(step, tokens);
  HF_ASSERT(tokens.used() <= bytes.size());
  header.run_bytes = static_cast<std::uint16_t>(tokens.used());
}

void RunWriter::put_step(std::uint16_t step, RunTokens& tokens) {
  put_foretold(tokens);
  next_tick_ = next_tick_ - step_ + step;
  step_ = step;
  tokens.put(kStep);
  tokens.put_varint(step_);
}

// Which tokens tell a run depends on the whole of it, so that its front never takes more than it.
void RunWriter::put(const Run& run, std::uint32_t count, RunTokens& tokens) {
  if (run.timeline != timeline_) {
    put_foretold(tokens);
    timeline_ = run.timeline;
    next_tick_ = run.tick;
    tokens.put(kTimeline | static_cast<std::uint32_t>(timeline_));
    for (unsigned shift = 0; shift < 32; shift += 8) tokens.put((run.tick >> shift) & 0xFF);
  }
  if (run.quality != quality_) {
    put_foretold(tokens);
    quality_ = run.quality;
    tokens.put(kQuality | static_cast<std::uint32_t>(quality_));
  }
  if (run.step == step_ || deserves_step(run, step_)) {
    put_reading(run.tick, tokens);
    if (run.step != step_ && count > 1) put_step(run.step, tokens);
    next_tick_ = run.tick_of(count - 1) + step_;
    foretold_ += count - 1;
    return;
  }
  for (std::uint32_t reading = 0; reading < count; ++reading) {
    put_reading(run.tick_of(reading), tokens);
  }
}

void RunWriter::put_reading(std::uint32_t tick, RunTokens& tokens) {
  const auto off = static_cast<std::int32_t>(tick - next_tick_);
  next_tick_ = tick + step_;
  if (off == 0) {
    ++foretold_;
    return;
  }
  put_foretold(tokens);
  if (off >= -kNearTicks && off < kNearTicks) {
    tokens.put(zigzag(off));
    return;
  }
  tokens.put(kGap);
  tokens.put_varint(zigzag(off));
  ++foretold_;
}

void RunWriter::put_foretold(RunTokens& tokens) {
  while (foretold_ > kShortRunMax) {
    const std::uint32_t count = std::min(foretold_, kLongRunMax);
    const std::uint32_t number = count - kShortRunMax - 1;
    tokens.put(kLongRun | (number >> 8));
    tokens.put(number & 0xFF);
    foretold_ -= count;
  }
  if (foretold_ > 0) tokens.put(kShortRun | (foretold_ - 1));
  foretold_ = 0;
}

RunReader::RunReader(const BlockHeader& header, std::span<const std::byte> bytes)
    : back_(bytes.data() + bytes.size()),
      run_bytes_(header.run_bytes),
      left_(header.count),
      next_tick_(header.first_tick),
      step_(presumed_step(timeline_of(header.first_kind))),
      timeline_(timeline_of(header.first_kind)),
      quality_(quality_of(header.first_kind)) {}

std::uint8_t RunReader::byte() { return static_cast<std::uint8_t>(*(back_ - ++read_)); }

std::uint32_t RunReader::varint() {
  std::uint32_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint32_t part = byte();
    number |= (part & 0x7F) << shift;
    if (part < 0x80) return number;
  }
}

Run RunReader::next(std::uint32_t most) {
  HF_ASSERT(left_ > 0 && most > 0);
  if (in_token_ == 0) read_tokens();
  const std::uint32_t count = std::min({in_token_, left_, most});
  const Run run{.tick = next_tick_,
                .step = step_,
                .count = static_cast<std::uint16_t>(count),
                .timeline = timeline_,
                .quality = quality_};
  next_tick_ = run.tick_after();
  in_token_ -= count;
  left_ -= count;
  return run;
}

// Up to the token that tells of readings; when there is none, all that are left are as foretold.
void RunReader::read_tokens() {
  while (read_ < run_bytes_) {
    const std::uint32_t token = byte();
    if (token < kShortRun) {
      next_tick_ += static_cast<std::uint32_t>(unzigzag(token));
      in_token_ = 1;
      return;
    }
    if (token < kLongRun) {
      in_token_ = (token & 0x3F) + 1;
      return;
    }
    if (token < kQuality) {
      const std::uint32_t high = (token & 0x1F) << 8;
      in_token_ = (high | byte()) + kShortRunMax + 1;
      return;
    }
    if (token < kStep) {
      quality_ = static_cast<Quality>(token & 0x07);
    } else if (token == kStep) {
      next_tick_ -= step_;
      step_ = static_cast<std::uint16_t>(varint());
      next_tick_ += step_;
    } else if (token == kGap) {
      next_tick_ += static_cast<std::uint32_t>(unzigzag(varint()));
    } else {
      timeline_ = token & 0x0F;
      next_tick_ = 0;
      for (unsigned shift = 0; shift < 32; shift += 8) {
        next_tick_ |= static_cast<std::uint32_t>(byte()) << shift;
      }
    }
  }
  in_token_ = left_;
}

}  // namespace hf::stores::telemetry
