#include "stores/settings/problem.h"

#include <algorithm>

namespace hf::stores {
namespace {

// As much of it as fits.
template <std::size_t N>
void append_cut(FixedString<N>& text, std::string_view more) {
  static_cast<void>(text.try_append(more.substr(0, N - text.size())));
}

}  // namespace

void SettingsProblems::set_source(std::string_view source) {
  source_.clear();
  append_cut(source_, source);
}

void SettingsProblems::add(std::string_view path, std::initializer_list<std::string_view> pieces) {
  if (list_.full()) {
    ++left_out_;
    return;
  }
  SettingsProblem problem{.path = {}, .source = source_, .text = {}};
  append_cut(problem.path, path);
  for (const std::string_view piece : pieces) append_cut(problem.text, piece);
  list_.push(problem);
}

void SettingsProblems::clear() {
  list_.clear();
  left_out_ = 0;
}

}  // namespace hf::stores
