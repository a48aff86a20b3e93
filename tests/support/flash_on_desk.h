// A simulated flash with its clock and supply, and words for what tests do with it.
#pragma once

#include <CppUTest/TestHarness.h>

#include <string>

#include "platform/sim/flash.h"
#include "vocabulary/bytes.h"

namespace hf::sim {

class FlashOnDesk {
 public:
  explicit FlashOnDesk(std::uint64_t seed, const MediumModel& model = {})
      : clock(seed), flash(supply, clock, seed) {
    flash.set_model(model);
  }

  // Opens, does one thing and closes. The file is made when there is none.
  Status try_write(std::string_view name, std::uint64_t offset, std::string_view text) {
    return with(name,
                [&](hal::FileHandle file) { return flash.write(file, offset, bytes_of(text)); });
  }
  Status try_sync(std::string_view name) {
    return with(name, [&](hal::FileHandle file) { return flash.sync(file); });
  }
  // The same, where nothing else than ok is expected.
  void write(std::string_view name, std::uint64_t offset, std::string_view text) {
    CHECK(is_ok(try_write(name, offset, text)));
  }
  void sync(std::string_view name) { CHECK(is_ok(try_sync(name))); }
  void resize(std::string_view name, std::uint64_t bytes) {
    CHECK(is_ok(with(name, [&](hal::FileHandle file) { return flash.resize(file, bytes); })));
  }

  // A file with this content, durable.
  void put(std::string_view name, std::string_view text) {
    write(name, 0, text);
    sync(name);
    CHECK(is_ok(flash.sync_directory()));
  }

  void cut_power() {
    supply.cut();
    power_on();
  }
  void power_on() {
    supply.restore();
    flash.power_on();
  }

  bool exists(std::string_view name) const { return flash.image().contains(name); }
  std::string contents(std::string_view name) const {
    const FlashImage image = flash.image();
    const auto found = image.find(name);
    return found == image.end() ? "no such file" : std::string{text_of(found->second)};
  }

  Supply supply;
  Clock clock;
  Flash flash;

 private:
  template <typename Step>
  Status with(std::string_view name, Step step) {
    const Result<hal::FileHandle> file = flash.open(name, hal::OpenMode::create);
    if (!file.ok()) return file.status();
    const Status status = step(file.value());
    const Status closed = flash.close(file.value());
    return is_ok(status) ? closed : status;
  }
};

}  // namespace hf::sim
