// What the hub says to a gateway about documents, packed into payloads of the topic `state/down`.
#pragma once

#include <string>
#include <vector>

#include "documents/comparing.h"

namespace hf::hub {

// A packet or two of a poor link; a gateway's inbox has room for a dozen.
inline constexpr std::size_t kDownBytesMost = 4096;

class DownPayloads final : public documents::MessageOut {
 public:
  Status say(const documents::Message& message) override;
  // All that was said, each payload whole and sealed.
  std::vector<std::string> take();

 private:
  void seal();

  std::vector<std::string> sealed_;
  std::string open_;
};

// Everything `documents` answers to these messages of the other end.
std::vector<std::string> answers_to(const documents::DocumentSet& documents,
                                    std::span<const documents::Message> messages);
// A comparison begun from here: what we have of all collections there are.
std::vector<std::string> comparison_of(const documents::DocumentSet& documents);
// One change.
std::vector<std::string> delta_payloads(const documents::DocumentView& delta);

}  // namespace hf::hub
