// The layers of settings above the built-in one, each as it was said.
//
//   built-in < file < environment < edits
//
// They are kept apart because each is taken back by itself: an edit that is cleared lets the file
// show through again.
#pragma once

#include "stores/settings/setting_set.h"

namespace hf::stores {

struct SettingLayers {
  SettingSet file;
  SettingSet environment;
  SettingSet edits;  // local and remote: the later one of each setting

  SettingSet combined() const {
    SettingSet all = file;
    all.put_over(environment);
    all.put_over(edits);
    return all;
  }
  // Set by set: the three are too much for a stack at once.
  void clear() {
    file = {};
    environment = {};
    edits = {};
  }
  bool says_anything() const {
    const SettingSet all = combined();
    for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
      if (all.says({i})) return true;
    }
    return false;
  }
  friend bool operator==(const SettingLayers&, const SettingLayers&) = default;
};

}  // namespace hf::stores
