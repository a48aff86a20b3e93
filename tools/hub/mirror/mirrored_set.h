// All documents of one gateway as the hub has them, in memory for as long as a comparison lasts.
//
// Who compares walks the documents of a collection in order, again and again: once read from the
// database they are sorted here, by bytes, which is not how every database sorts texts.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "documents/comparing.h"

namespace hf::hub {

class MirroredSet final : public documents::DocumentSet {
 public:
  // What is no document is left out: the other end says it again.
  void add(std::string bytes);
  // REQUIRES: before anything is asked.
  void sort();

  std::uint32_t count() const override { return static_cast<std::uint32_t>(sorted_.size()); }
  documents::DocumentView at(std::uint32_t place) const override { return sorted_[place]; }
  std::uint32_t first_of(std::string_view collection) const override;
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const override;

 private:
  std::deque<std::string> bytes_;  // never moved: views look at them
  std::vector<documents::DocumentView> sorted_;
};

}  // namespace hf::hub
