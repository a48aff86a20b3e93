// Commands with a word of their own behind them, as `settings set` or `models deploy`: tables, so
// that what is refused and what is run cannot disagree.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "platform/linux/program/asked.h"
#include "platform/linux/program/command_line.h"

namespace hf::program {

using Words = std::span<const std::string>;

struct Action {
  std::string_view word;
  std::size_t words_least;
  std::size_t words_most;
  int (*run)(const Options& options, Words words);
  std::string_view usage;
};

// Does what the first of the options' words names, with the others; without any, the first action.
// `unknown` is told a word that names none. Returns the status of the program.
template <typename Actions>
int run_action(const Actions& actions, std::string_view command, const Options& options,
               int (*unknown)(const std::string& word)) {
  if (options.words.empty()) return actions.front().run(options, {});
  const std::string& word = options.words.front();
  const auto action = std::ranges::find(actions, word, &Action::word);
  if (action == actions.end()) return unknown(word);
  const Words words = Words{options.words}.subspan(1);
  if (words.size() < action->words_least || words.size() > action->words_most) {
    return print_error(std::string(command) + ": right would be: holdfast " + std::string(command) +
                       " " + std::string(action->usage));
  }
  return action->run(options, words);
}

}  // namespace hf::program
