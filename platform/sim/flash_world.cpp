// The hands by which the world treats a simulated flash: power, counters, damage, images.
#include <algorithm>

#include "platform/sim/flash.h"
#include "vocabulary/assertion.h"

namespace hf::sim {

void Flash::power_on() {
  restart_process();
  Survival survival{model_, random_, directory_.oldest_change(next_change_), next_change_};
  directory_.lose_power(survival, model_);
}

void Flash::shut_down() {
  for (const auto& [name, file] : directory_.names()) file->sync();
  directory_.sync();
}

void Flash::restart_process() {
  for (OpenFile& open : open_files_) {
    if (open.file != nullptr) open.file->close();
    open.file = nullptr;
    ++open.generation;
  }
}

FlashCounters Flash::counters(std::string_view name) const {
  const auto found = file_counters_.find(name);
  return found == file_counters_.end() ? FlashCounters{} : found->second;
}

void Flash::forget_counters() {
  all_counters_ = {};
  for (auto& [name, counters] : file_counters_) counters = {};
}

StoredFile& Flash::damaged(std::string_view name) {
  StoredFile* file = directory_.find(name);
  HF_ASSERT(file != nullptr);
  file->sync();
  return *file;
}

void Flash::flip_bit(std::string_view name, std::uint64_t bit) {
  StoredFile& file = damaged(name);
  std::byte byte{};
  if (file.read(bit / 8, {&byte, 1}) == 0) return;
  byte ^= std::byte{1} << (bit % 8);
  overwrite(name, bit / 8, {&byte, 1});
}

void Flash::overwrite(std::string_view name, std::uint64_t offset,
                      std::span<const std::byte> bytes) {
  StoredFile& file = damaged(name);
  if (offset >= file.size()) return;
  const auto room = static_cast<std::size_t>(file.size() - offset);
  file.write(offset, bytes.first(std::min(bytes.size(), room)), next_change_++);
  file.sync();
}

void Flash::zero(std::string_view name) {
  StoredFile& file = damaged(name);
  const std::uint64_t bytes = file.size();
  file.resize(0, next_change_++);
  file.resize(bytes, next_change_++);
  file.sync();
}

void Flash::truncate(std::string_view name, std::uint64_t bytes) {
  StoredFile& file = damaged(name);
  file.resize(std::min(bytes, file.size()), next_change_++);
  file.sync();
}

FlashImage Flash::image() const {
  FlashImage image;
  for (const auto& [name, file] : directory_.names()) {
    auto& contents = image[name];
    contents.resize(static_cast<std::size_t>(file->size()));
    file->read(0, contents);
  }
  return image;
}

void Flash::install(const FlashImage& image) {
  restart_process();
  directory_ = Directory{};
  for (const auto& [name, contents] : image) {
    StoredFile& file = directory_.create(name, next_change_++);
    file.write(0, contents, next_change_++);
    file.sync();
  }
  directory_.sync();
}

}  // namespace hf::sim
