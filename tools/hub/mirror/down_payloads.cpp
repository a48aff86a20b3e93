#include "tools/hub/mirror/down_payloads.h"

#include <algorithm>
#include <memory>

#include "state/collections.h"
#include "tools/hub/mirror/mirrored_set.h"
#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

// As many as one message of digests holds; there are seven.
constexpr std::size_t kCollectionsCompared =
    documents::kMessageBytesMax / (1 + kIdentifierCharactersMax + sizeof(documents::Digest));

std::span<std::byte> bytes_in(std::string& text) {
  return std::as_writable_bytes(std::span{text.data(), text.size()});
}

template <typename Say>
std::vector<std::string> said(const documents::DocumentSet& documents, Say say) {
  DownPayloads out;
  const auto scratch = std::make_unique<documents::Document>();
  documents::Comparing comparing(documents, out, *scratch);
  say(comparing);
  return out.take();
}

}  // namespace

Status DownPayloads::say(const documents::Message& message) {
  const std::size_t bytes = documents::kEnvelopeBytes + message.body.size();
  if (!open_.empty() && open_.size() + bytes > kDownBytesMost) seal();
  if (open_.empty()) open_.assign(documents::kDownHeadBytes, '\0');
  std::size_t size = open_.size();
  open_.resize(size + bytes);
  return documents::append_message(message, bytes_in(open_), size);
}

void DownPayloads::seal() {
  documents::seal_down(bytes_in(open_));
  sealed_.push_back(std::move(open_));
  open_.clear();
}

std::vector<std::string> DownPayloads::take() {
  if (!open_.empty()) seal();
  return std::move(sealed_);
}

std::vector<std::string> answers_to(const documents::DocumentSet& documents,
                                    std::span<const documents::Message> messages) {
  return said(documents, [&](documents::Comparing& comparing) {
    for (const documents::Message& each : messages) {
      static_cast<void>(is_ok(comparing.answer(each)));  // one that is none needs no answer
    }
  });
}

std::vector<std::string> comparison_of(const documents::DocumentSet& documents) {
  std::vector<std::string_view> collections{state::kCollections.begin(), state::kCollections.end()};
  for (std::uint32_t place = 0; place < documents.count(); ++place) {
    const std::string_view name = documents.at(place).id().collection;
    const bool is_new = std::ranges::find(collections, name) == collections.end();
    if (is_new && collections.size() < kCollectionsCompared) collections.push_back(name);
  }
  return said(documents, [&](documents::Comparing& comparing) {
    static_cast<void>(is_ok(comparing.begin(collections)));
  });
}

std::vector<std::string> delta_payloads(const documents::DocumentView& delta) {
  const MirroredSet none;
  return said(none, [&](documents::Comparing& comparing) {
    static_cast<void>(is_ok(comparing.say_document(delta)));
  });
}

}  // namespace hf::hub
