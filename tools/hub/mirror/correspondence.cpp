#include "tools/hub/mirror/correspondence.h"

#include <algorithm>

#include "tools/hub/mirror/down_payloads.h"
#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

constexpr Duration kCompareLeast = minutes(1);  // workers that come and go compare once
constexpr Duration kErrandLook = milliseconds(500);
constexpr Duration kErrandAgain = seconds(20);  // when the broker did not say that it has it

}  // namespace

void Correspondence::note(std::vector<Question> questions) {
  std::ranges::move(questions, std::back_inserter(questions_));
}

const std::vector<Letter>& Correspondence::letters(UtcTime now) {
  answer(now);
  compare(now);
  run_errands(now);
  return letters_;
}

// By what is committed: all of a gateway's questions by one reading of its documents.
void Correspondence::answer(UtcTime now) {
  std::ranges::stable_sort(questions_, {}, &Question::gateway_id);
  while (!questions_.empty()) {
    const std::int64_t id = questions_.back().gateway_id;
    const auto first = std::ranges::find(questions_, id, &Question::gateway_id);
    std::vector<documents::Message> asked;
    for (auto each = first; each != questions_.end(); ++each) {
      asked.push_back({.kind = each->kind, .body = bytes_of(each->body)});
    }
    const MirroredSet ours = table_.all_of(id);
    graveyard_.heard(id, ours, asked, now);
    address(id, answers_to(ours, asked));
    questions_.erase(first, questions_.end());
  }
}

void Correspondence::compare(UtcTime now) {
  while (!to_compare_.empty()) {
    const std::int64_t id = *to_compare_.begin();
    if (table_.begin_comparison(id, now - kCompareLeast, now)) {
      address(id, comparison_of(table_.all_of(id)));
      ++counts_.comparisons;
    }
    to_compare_.erase(id);
  }
}

void Correspondence::run_errands(UtcTime now) {
  if (now >= errands_at_ && now - errands_at_ < kErrandLook) return;
  errands_at_ = now;
  for (Errand& errand : table_.take_errands(now - kErrandAgain, now)) {
    letters_.push_back({.gateway_id = errand.gateway_id,
                        .topic_class = errand.topic_class,
                        .payload = std::move(errand.payload),
                        .expires = errand.expires,
                        .errand_id = errand.id});
    ++counts_.errands;
  }
}

void Correspondence::address(std::int64_t gateway_id, std::vector<std::string> payloads) {
  for (std::string& payload : payloads) {
    Letter& letter = letters_.emplace_back();
    letter.gateway_id = gateway_id;
    letter.payload = std::move(payload);
    ++counts_.answers;
  }
}

}  // namespace hf::hub
