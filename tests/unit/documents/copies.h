// One replica's copy of one document, in the words of the tests.
#pragma once

#include <CppUTest/TestHarness.h>

#include <memory>
#include <string>
#include <vector>

#include "documents/admission.h"
#include "documents/edit.h"
#include "documents/merge.h"

namespace hf::documents {

inline constexpr DocumentId kPump{.collection = "equipment", .key = "pump-1"};

inline FieldName desired(std::string_view name) { return {Part::desired, name}; }
inline FieldName reported(std::string_view name) { return {Part::reported, name}; }

using Bytes = std::vector<std::byte>;

inline Bytes copied(std::span<const std::byte> bytes) { return {bytes.begin(), bytes.end()}; }

inline DocumentView view_of(const Bytes& bytes) {
  DocumentView view;
  CHECK(is_ok(DocumentView::parse(bytes, view)));
  return view;
}

// What was told, as text: "speed=5 by anna overwritten, 9 by hub won".
class ToldLosses final : public LossSink {
 public:
  void lost(const Loss& loss) override {
    std::string text(loss.field.text);
    text += "=" + std::to_string(loss.lost.value.as_integer()) + " by ";
    text += std::string(loss.lost.author) + " " + std::string(to_text(loss.reason));
    if (loss.won_by != kNever) {
      text +=
          ", " + std::to_string(loss.won_by.ms) + " by " + std::string(loss.won_author) + " won";
    }
    told.push_back(text);
  }
  std::vector<std::string> told;
};

class Copy {
 public:
  // Without an origin of its own, the first letter of its author is one.
  Copy(Side side, std::string author, Policy policy = Policy::last_write, Origin origin = {})
      : side_(side), author_(std::move(author)), policy_(policy), origin_(origin) {
    if (origin_ == Origin{}) origin_.value = static_cast<std::uint8_t>(author_.front());
    room_->begin(kPump);
    bytes_ = copied(room_->view().bytes());
  }

  // Writes a value at a time, and returns the delta that tells others.
  Bytes writes(const FieldName& field, const Value& value, std::int64_t ms) {
    const Change change{.field = field, .value = value};
    CHECK(is_ok(create(view(), {&change, 1}, signature(ms), *room_)));
    return keep_own();
  }
  Bytes writes(const FieldName& field, std::int64_t value, std::int64_t ms) {
    return writes(field, Value::integer(value), ms);
  }
  Bytes deletes(std::int64_t ms) {
    CHECK(is_ok(bury(view(), signature(ms), *room_)));
    return keep_own();
  }

  void hears(const Bytes& delta) { hears(view_of(delta)); }
  void hears(const Copy& other) { hears(other.view()); }
  void hears(const DocumentView& delta) {
    merge(view(), delta, policy_, *room_, losses_);
    bytes_ = copied(room_->view().bytes());
  }

  DocumentView view() const { return view_of(bytes_); }
  const Bytes& bytes() const { return bytes_; }
  Signature signature(std::int64_t ms) const {
    return {.stamp = {ms, 0, origin_}, .side = side_, .author = author_};
  }

  // The integer in effect; -1: none is.
  std::int64_t says(const FieldName& name) const {
    Field field;
    if (!view().find(name, field)) return -1;
    const Write* write = in_effect(field, policy_);
    return write == nullptr ? -1 : write->value.as_integer();
  }
  bool contested(const FieldName& name) const {
    Field field;
    return view().find(name, field) && field.contested();
  }
  const std::vector<std::string>& told() const { return losses_.told; }

 private:
  Bytes keep_own() {
    Bytes delta = copied(room_->view().bytes());
    hears(delta);
    return delta;
  }

  Side side_;
  std::string author_;
  Policy policy_;
  Origin origin_;
  std::unique_ptr<Document> room_ = std::make_unique<Document>();
  Bytes bytes_;
  ToldLosses losses_;
};

}  // namespace hf::documents
