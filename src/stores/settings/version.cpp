#include "stores/settings/version.h"

#include <array>

#include "vocabulary/checksum.h"
#include "wire/byte_cursor.h"

namespace hf::stores {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kChecksumBytes = sizeof(std::uint32_t);

void put_head(const VersionHead& head, wire::ByteWriter& out) {
  out.put(kFormat);
  out.put(head.number);
  out.put(head.parent);
  out.put(head.made_at.ms);
  out.put(static_cast<std::uint8_t>(head.cause));
  out.put_text(head.author.view());
  out.put_text(head.comment.view());
}

void put_set(const SettingSet& set, wire::ByteWriter& out) {
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const settings::SettingIndex index{i};
    if (!set.says(index)) continue;
    const settings::Setting& setting = settings::setting_at(index);
    out.put(static_cast<std::uint8_t>(set.layer(index)));
    out.put_text(setting.path);
    out.put_text(format_value(setting, set.value(index)).view());
  }
}

// The bytes before the checksum; empty when that is wrong.
std::span<const std::byte> checked(std::span<const std::byte> bytes) {
  if (bytes.size() <= kChecksumBytes) return {};
  const auto body = bytes.first(bytes.size() - kChecksumBytes);
  return load_u32(bytes.last(kChecksumBytes)) == crc32c(body) ? body : std::span<const std::byte>{};
}

Status take_head(wire::ByteReader& in, VersionHead& head) {
  const auto format = in.take<std::uint8_t>();
  if (format != kFormat) return is_ok(in.status()) ? Status::unsupported : Status::corrupt;
  head.number = in.take<std::uint32_t>();
  head.parent = in.take<std::uint32_t>();
  head.made_at = {in.take<std::int64_t>()};
  head.cause = static_cast<VersionCause>(in.take<std::uint8_t>());
  if (head.cause > VersionCause::revert) return Status::corrupt;
  if (!is_ok(head.author.try_assign(in.take_text()))) return Status::corrupt;
  if (!is_ok(head.comment.try_assign(in.take_text()))) return Status::corrupt;
  return in.status();
}

SettingSet* set_of(SettingsLayer layer, SettingLayers& layers) {
  switch (layer) {
    case SettingsLayer::built_in: return nullptr;
    case SettingsLayer::file: return &layers.file;
    case SettingsLayer::environment: return &layers.environment;
    case SettingsLayer::local:
    case SettingsLayer::remote: return &layers.edits;
  }
  return nullptr;
}

// False: this release does not take it.
bool put_text(std::string_view path, std::string_view text, SettingsLayer layer, SettingSet& set,
              SettingsProblems& problems) {
  const settings::SettingIndex index = settings::find(path);
  if (!settings::is_known(index)) return false;
  SettingValue value;
  if (!is_ok(parse_value(settings::setting_at(index), text, value, problems))) return false;
  set.put(index, value, layer);
  return true;
}

}  // namespace

std::string_view to_text(VersionCause cause) {
  constexpr std::array<std::string_view, 4> kWords{"files", "local", "remote", "revert"};
  return kWords[static_cast<std::size_t>(cause) % kWords.size()];
}

Result<std::uint32_t> write_version(const VersionHead& head, const SettingLayers& layers,
                                    std::span<std::byte> out) {
  wire::ByteWriter writer(out);
  put_head(head, writer);
  put_set(layers.file, writer);
  put_set(layers.environment, writer);
  put_set(layers.edits, writer);
  HF_TRY(writer.status());
  writer.put(crc32c(out.first(writer.at())));
  HF_TRY(writer.status());
  return static_cast<std::uint32_t>(writer.at());
}

Status read_version(std::span<const std::byte> bytes, ReadVersion& version, SettingLayers& layers,
                    SettingsProblems& problems) {
  const auto body = checked(bytes);
  if (body.empty()) return Status::corrupt;
  wire::ByteReader in(body);
  version = {};
  layers.clear();
  problems.clear();
  HF_TRY(take_head(in, version.head));
  while (!in.at_end()) {
    const auto layer = static_cast<SettingsLayer>(in.take<std::uint8_t>());
    const std::string_view path = in.take_text();
    const std::string_view text = in.take_text();
    SettingSet* const set = set_of(layer, layers);
    if (set == nullptr) return Status::corrupt;
    if (!put_text(path, text, layer, *set, problems)) ++version.left_out;
  }
  return in.status();
}

Status read_head(std::span<const std::byte> bytes, VersionHead& head) {
  const auto body = checked(bytes);
  if (body.empty()) return Status::corrupt;
  wire::ByteReader in(body);
  return take_head(in, head);
}

}  // namespace hf::stores
