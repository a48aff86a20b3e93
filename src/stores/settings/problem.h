// What is wrong with settings: each thing with its path, its source, and what would be right. All
// of them at once, because a person who mends one at a time starts the gateway ten times.
//
// Memory is inside; texts that are longer are cut, problems beyond the last place are counted.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "config/settings/table.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/fixed_vector.h"

namespace hf::stores {

inline constexpr std::size_t kProblemsMax = 24;

struct SettingsProblem {
  FixedString<2 * settings::kPathBytesMax> path;  // empty: the text as a whole
  FixedString<40> source;                         // a file's name, "environment", a person
  FixedString<240> text;                          // a sentence: what is wrong, what would be right
};

class SettingsProblems {
 public:
  // Who said what is looked at from now on.
  void set_source(std::string_view source);

  // The sentence is the pieces in a row.
  void add(std::string_view path, std::initializer_list<std::string_view> pieces);

  bool empty() const { return list_.empty(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(list_.size()) + left_out_; }
  std::uint32_t left_out() const { return left_out_; }
  std::span<const SettingsProblem> list() const { return list_.span(); }
  void clear();

 private:
  FixedString<40> source_;
  FixedVector<SettingsProblem, kProblemsMax> list_;
  std::uint32_t left_out_ = 0;
};

}  // namespace hf::stores
