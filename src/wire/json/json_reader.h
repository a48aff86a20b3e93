// Reads a JSON text into memory of the caller's, and lets it be walked.
//
//   std::array<std::byte, 8192> memory;
//   JsonReader json(memory);
//   JsonFault fault;
//   if (!is_ok(json.read(line, fault))) …                     // fault says where and what
//   const std::string_view path = json.root().find("path").text();
//   for (const JsonValue hole : json.root().find("holes")) …
//
// cJSON builds the tree, out of the memory given and nothing else; check_json() has looked at the
// text first, because cJSON alone takes texts that are not JSON (docs/decisions/0040). What is
// absent, or of another kind than asked for, reads as empty: ask kind() where that matters.
//
// A tree takes about 80 bytes a value and a copy of every name and text (64-bit; 60 on a 32-bit
// board). cJSON has global hooks: one thread reads at a time. The core's heap is not touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/outcome.h"
#include "wire/json/json_check.h"

struct cJSON;

namespace hf::wire {

enum class JsonKind : std::uint8_t { absent, null, boolean, number, text, array, object };

// Looks into a tree; good until its reader reads again or ends.
class JsonValue {
 public:
  JsonValue() = default;  // absent
  explicit JsonValue(const cJSON* node) : node_(node) {}

  JsonKind kind() const;
  bool present() const { return node_ != nullptr; }

  // The value itself; of another kind: empty, false, NaN.
  std::string_view text() const;
  bool boolean() const;
  double number() const;

  // not_found: no number stands here.  invalid: it is not whole, or beyond ±(2^53 - 1), where two
  // programs may read two numbers: send those as texts.
  Result<std::int64_t> integer() const;

  // Of a member: its name. Else empty.
  std::string_view name() const;

  // The member of that name; absent when there is none, or this is no object. O(members).
  JsonValue find(std::string_view name) const;

  // Members of an object, or elements of an array, in their order. O(1) each.
  class Iterator {
   public:
    explicit Iterator(const cJSON* node) : node_(node) {}
    JsonValue operator*() const { return JsonValue{node_}; }
    Iterator& operator++();
    friend bool operator==(Iterator, Iterator) = default;

   private:
    const cJSON* node_;
  };
  Iterator begin() const;
  static Iterator end() { return Iterator{nullptr}; }
  std::uint32_t count() const;  // O(count)

 private:
  const cJSON* node_ = nullptr;
};

// Memory enough for the tree of any text of that length: the densest has a value for every two
// characters. For who reads what has no bound of its own.
constexpr std::size_t json_tree_bytes(std::size_t characters) { return 4096 + 48 * characters; }

class JsonReader {
 public:
  // REQUIRES: `memory` outlives it.
  explicit JsonReader(std::span<std::byte> memory) : memory_(memory) {}

  // Forgets what was read before.
  // ok.  corrupt: check_json() refuses it, a name stands twice in one object, or a number is too
  // large for a double.  full: more than the memory holds. `fault` is set whenever not ok.
  Status read(std::string_view text, JsonFault& fault);
  Status read(std::string_view text);

  JsonValue root() const { return root_; }  // absent until read() answered ok

 private:
  std::span<std::byte> memory_;
  JsonValue root_;
};

}  // namespace hf::wire
