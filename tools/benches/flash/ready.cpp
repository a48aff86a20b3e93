#include "tools/benches/flash/ready.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <vector>

#include "platform/linux/flash.h"
#include "tools/benches/flash/counting_flash.h"
#include "tools/benches/flash/queue_memory.h"
#include "vocabulary/random.h"

namespace hf::bench {
namespace {

// Frames that are opaque to the queue: they stay as they are.
class NoShaping final : public stores::queue::FrameShaping {
 public:
  std::uint32_t count_that_join(Frames) override { return 0; }
  Result<std::uint32_t> join(Frames, std::span<std::byte>) override { return Status::unsupported; }
  std::uint32_t part_begin(std::span<const std::byte>, std::uint32_t row) override { return row; }
  Result<std::uint32_t> condense(Frames, std::uint32_t, wire::FrameKind,
                                 std::span<std::byte>) override {
    return Status::unsupported;
  }
};

constexpr std::size_t kFrameBytes = 64'000;  // a batch of ten minutes
constexpr std::uint32_t kFrameRows = 600;

void make_frame(std::span<std::byte> bytes, Uptime first, Random& random) {
  wire::ByteWriter out(bytes);
  wire::put_frame_header(out, {.kind = wire::FrameKind::readings,
                               .row_count = kFrameRows,
                               .reading_count = kFrameRows * 100,
                               .boot = {1},
                               .first = first,
                               .last = first + seconds(kFrameRows - 1)});
  for (std::byte& byte : bytes.subspan(out.at())) byte = static_cast<std::byte>(random.next());
  wire::seal_frame(bytes);
}

stores::QueueSettings settings() {
  return {.persist_history = true, .file_bytes_max = 2 * kLargeQueueBytes};
}

bool make_queue(hal::Flash& medium, QueueRoom& room) {
  CountingFlash hasty(medium);
  hasty.leave_syncs_out();
  files::MeteredFlash flash(hasty);
  NoShaping shaping;
  files::Engine engine(room.engine(), flash, 1);
  stores::OfflineQueue queue(engine, flash, shaping, room.queue(), settings());
  Uptime now;
  if (!is_ok(engine.start()) || !is_ok(queue.open({1}, now))) return false;
  Random random(1);
  std::vector<std::byte> frame(kFrameBytes);
  while (queue.figures(now).bytes < kLargeQueueBytes) {
    make_frame(frame, now, random);
    now = now + seconds(kFrameRows);
    if (!is_ok(queue.keep(frame, now))) return false;
    if (!is_ok(queue.batch(now))) return false;
  }
  return is_ok(queue.close(now));
}

// What a start after a power cut finds: nothing of it in memory.
void drop_from_memory(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

std::optional<double> time_start(hal::Flash& medium, QueueRoom& room) {
  NoShaping shaping;
  Random random(2);
  std::vector<std::byte> frame(kFrameBytes);
  make_frame(frame, {}, random);
  const auto began = std::chrono::steady_clock::now();
  files::MeteredFlash flash(medium);
  files::Engine engine(room.engine(), flash, 2);
  stores::OfflineQueue queue(engine, flash, shaping, room.queue(), settings());
  if (!is_ok(engine.start()) || !is_ok(queue.open({2}, {}))) return std::nullopt;
  if (!is_ok(queue.keep(frame, {})) || !is_ok(queue.make_safe({}))) return std::nullopt;
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - began;
  if (queue.figures({}).bytes < kLargeQueueBytes) return std::nullopt;
  return taken.count();
}

}  // namespace

std::optional<double> measure_ready_ms(const std::string& directory) {
  const std::string file = directory + "/" + std::string{stores::queue::kFileName};
  const std::string files[] = {file, file + "-journal",
                               directory + "/" + std::string{stores::queue::kJournalName}};
  QueueRoom room;
  for (const bool is_new : {false, true}) {
    if (is_new) std::filesystem::remove_all(directory);
    on_linux::Flash medium(directory.c_str());
    if (is_new && !make_queue(medium, room)) return std::nullopt;
    for (const std::string& path : files) drop_from_memory(path);
    // One that an older program left may be unreadable now, or too small.
    if (const auto taken = time_start(medium, room)) return taken;
  }
  return std::nullopt;
}

}  // namespace hf::bench
