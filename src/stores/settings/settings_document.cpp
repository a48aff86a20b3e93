#include "stores/settings/settings_document.h"

#include <array>
#include <charconv>

#include "documents/policy.h"
#include "stores/settings/reading.h"

namespace hf::stores {
namespace {

using documents::Field;
using documents::Value;
using documents::ValueKind;
using documents::Write;

// A value as people write it; a number or a boolean becomes its text.
struct Text {
  std::array<char, 32> digits{};
  std::string_view text;
};

template <typename Number>
std::string_view digits_of(Number number, std::array<char, 32>& room) {
  const auto end = std::to_chars(room.data(), room.data() + room.size(), number);
  return {room.data(), static_cast<std::size_t>(end.ptr - room.data())};
}

// False: bytes are no setting.
bool as_text(const Value& value, Text& text) {
  switch (value.kind()) {
    case ValueKind::boolean: text.text = value.as_boolean() ? "true" : "false"; return true;
    case ValueKind::integer: text.text = digits_of(value.as_integer(), text.digits); return true;
    case ValueKind::real: text.text = digits_of(value.as_real(), text.digits); return true;
    case ValueKind::text: text.text = value.as_text(); return true;
    case ValueKind::nothing:
    case ValueKind::bytes: return false;
  }
  return false;
}

}  // namespace

Status read_edits(const documents::DocumentView& document, const SettingSet& before,
                  SettingsEdit& edit, SettingsProblems& problems) {
  const std::uint32_t problems_before = problems.count();
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) edit.cleared[i] = before.says({i});
  documents::Stamp latest = documents::kNever;
  Field field;
  for (documents::FieldCursor fields = document.fields(); fields.next(field);) {
    if (field.name.part != documents::Part::desired) continue;
    const Write* const write = documents::in_effect(field, documents::Policy::last_write);
    if (write == nullptr) continue;
    if (write->stamp > latest) {
      latest = write->stamp;
      edit.author = write->author;
    }
    if (write->value.is_nothing()) continue;
    const bool is_remote = write == &field.at(documents::Place::upstream);
    const SettingsLayer layer = is_remote ? SettingsLayer::remote : SettingsLayer::local;
    Text text;
    if (!as_text(write->value, text)) {
      problems.add(field.name.text, {"bytes are no value of a setting"});
    } else {
      static_cast<void>(read_setting(field.name.text, text.text, layer, edit.changes, problems));
    }
  }
  return problems.count() == problems_before ? Status::ok : Status::invalid;
}

}  // namespace hf::stores
