#include "platform/sim/medium/directory.h"

#include <algorithm>
#include <unordered_map>

#include "vocabulary/assertion.h"

namespace hf::sim {

StoredFile* Directory::find(std::string_view name) const {
  const auto found = now_.find(name);
  return found == now_.end() ? nullptr : found->second.get();
}

StoredFile& Directory::create(std::string_view name, ChangeOrder order) {
  auto file = std::make_shared<StoredFile>();
  const bool is_new = now_.emplace(name, file).second;
  HF_ASSERT(is_new);
  changes_.push_back(Change{
      .order = order, .verb = Verb::create, .name = std::string{name}, .target = {}, .file = file});
  return *file;
}

void Directory::rename(std::string_view from, std::string_view to, ChangeOrder order) {
  const auto found = now_.find(from);
  HF_ASSERT(found != now_.end());
  const auto file = found->second;
  now_.erase(found);
  now_.insert_or_assign(std::string{to}, file);
  changes_.push_back(Change{.order = order,
                            .verb = Verb::rename,
                            .name = std::string{from},
                            .target = std::string{to},
                            .file = file});
}

void Directory::remove(std::string_view name, ChangeOrder order) {
  const auto found = now_.find(name);
  HF_ASSERT(found != now_.end());
  changes_.push_back(Change{.order = order,
                            .verb = Verb::remove,
                            .name = std::string{name},
                            .target = {},
                            .file = found->second});
  now_.erase(found);
}

void Directory::sync() {
  if (changes_.empty()) return;
  durable_ = now_;
  changes_.clear();
}

ChangeOrder Directory::oldest_change(ChangeOrder next) const {
  ChangeOrder oldest = changes_.empty() ? next : changes_.front().order;
  for (const Names* names : {&now_, &durable_}) {
    for (const auto& [name, file] : *names) {
      if (file->has_changes()) oldest = std::min(oldest, file->oldest_change());
    }
  }
  return oldest;
}

void Directory::lose_power(Survival& survival, const MediumModel& model) {
  std::unordered_map<const StoredFile*, ChangeOrder> settled_before;
  for (const Change& change : changes_) {
    if (!survival.name_change(change.order)) continue;
    std::erase_if(durable_, [&](const auto& entry) { return entry.second == change.file; });
    if (change.verb == Verb::create) durable_.insert_or_assign(change.name, change.file);
    if (change.verb == Verb::rename) {
      durable_.insert_or_assign(change.target, change.file);
      if (model.rename_waits_for_data) settled_before[change.file.get()] = change.order;
    }
  }
  for (const auto& [name, file] : durable_) {
    const auto found = settled_before.find(file.get());
    file->lose_power(survival, model, found == settled_before.end() ? 0 : found->second);
  }
  now_ = durable_;
  changes_.clear();
}

}  // namespace hf::sim
