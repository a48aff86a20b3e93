#include "stores/settings/setting_set.h"

namespace hf::stores {
namespace {

using settings::kSettingCount;
using settings::kTable;
using settings::SettingIndex;

constexpr std::uint8_t kNoSlot = 255;
static_assert(settings::kTextCount < kNoSlot);

// Which of the texts belongs to a setting.
constexpr auto kTextSlots = [] {
  std::array<std::uint8_t, kSettingCount> slots{};
  std::uint8_t used = 0;
  for (std::size_t i = 0; i < kSettingCount; ++i) {
    slots[i] = settings::is_textual(kTable[i].kind) ? used++ : kNoSlot;
  }
  return slots;
}();

constexpr SettingIndex index_of(std::size_t i) { return {static_cast<std::uint16_t>(i)}; }

}  // namespace

SettingSet::SettingSet() {
  for (std::size_t i = 0; i < kSettingCount; ++i) clear(index_of(i));
}

SettingValue SettingSet::value(SettingIndex index) const {
  SettingValue value{.number = numbers_[index.value], .text = {}};
  value.text.assign(text(index));
  return value;
}

void SettingSet::put(SettingIndex index, const SettingValue& value, SettingsLayer layer) {
  numbers_[index.value] = value.number;
  layers_[index.value] = layer;
  const std::uint8_t slot = kTextSlots[index.value];
  if (slot != kNoSlot) texts_[slot] = value.text;
}

void SettingSet::clear(SettingIndex index) {
  put(index, initial_value(settings::setting_at(index)), SettingsLayer::built_in);
}

void SettingSet::put_over(const SettingSet& upper) {
  for (std::size_t i = 0; i < kSettingCount; ++i) {
    const SettingIndex index = index_of(i);
    if (upper.says(index)) put(index, upper.value(index), upper.layer(index));
  }
}

std::string_view SettingSet::text(SettingIndex index) const {
  const std::uint8_t slot = kTextSlots[index.value];
  return slot == kNoSlot ? std::string_view{} : texts_[slot].view();
}

bool equal_values(const SettingSet& a, const SettingSet& b) {
  for (std::size_t i = 0; i < kSettingCount; ++i) {
    if (a.number(index_of(i)) != b.number(index_of(i))) return false;
    if (a.text(index_of(i)) != b.text(index_of(i))) return false;
  }
  return true;
}

}  // namespace hf::stores
