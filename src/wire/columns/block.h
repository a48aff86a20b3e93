// A block: one column of a sensor in bytes of fixed size, filled in place a chunk at a time, and
// readable at any moment.
//
// What the items are (values, times, qualities) is the encoder's and decoder's to know.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/chunk_plan.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"

namespace hf::wire {

template <typename Encoder, typename Item>
class BlockWriter {
 public:
  // Returns how many items were taken, from the front: fewer than given only when the block is
  // full, and then it stays so. After every append the whole block can be read, with count().
  // Every run begins a chunk of its own: runs of kChunkNumbers, or many of them, are the shortest.
  std::uint32_t append(std::span<const Item> run) {
    const std::uint32_t taken = encoder_.append(out_, run, false);
    out_.write_ends();
    return taken;
  }

  std::uint32_t count() const { return encoder_.count(); }

  // From now on only the first `bytes` bytes of what it was given are the block, fewer or more than
  // before; it can be read as before. REQUIRES: unused() suffices for what is taken away.
  void resize(std::uint32_t bytes) {
    out_.resize(bytes);
    out_.write_ends();
  }
  std::uint32_t unused() const { return out_.unused(); }

  // Moves everything to the front of the block; it can be read as so many bytes. Last call.
  std::uint32_t pack() { return out_.pack(); }

 protected:
  BlockWriter(std::span<std::byte> block, const Encoder& encoder)
      : out_(block), encoder_(encoder) {}
  const Encoder& encoder() const { return encoder_; }

 private:
  SymbolWriter out_;
  Encoder encoder_;
};

template <typename Decoder, typename Item>
class BlockReader {
 public:
  // `count`: the writer's, for these bytes.
  BlockReader(std::span<const std::byte> bytes, std::uint32_t count)
      : in_(bytes), decoder_(count) {}

  // Reads the next items, at most out.size(). Fewer: at the end, or status() is not ok.
  std::uint32_t read(std::span<Item> out);
  std::uint32_t skip(std::uint32_t count);

  // corrupt: no writer wrote these bytes and count. What was read before is not to be trusted.
  Status status() const { return status_; }

 private:
  std::uint32_t take_held(std::span<Item> out);

  SymbolReader in_;
  Decoder decoder_;
  Status status_ = Status::ok;
  std::uint32_t held_from_ = 0;
  std::uint32_t held_to_ = 0;
  std::array<Item, kChunkNumbers> held_;  // a chunk of which only a part was wanted
};

template <typename Decoder, typename Item>
std::uint32_t BlockReader<Decoder, Item>::take_held(std::span<Item> out) {
  const auto count =
      static_cast<std::uint32_t>(std::min<std::size_t>(held_to_ - held_from_, out.size()));
  std::copy_n(held_.data() + held_from_, count, out.data());
  held_from_ += count;
  return count;
}

template <typename Decoder, typename Item>
std::uint32_t BlockReader<Decoder, Item>::read(std::span<Item> out) {
  std::size_t done = take_held(out);
  while (done < out.size() && is_ok(status_)) {
    const std::span<Item> rest = out.subspan(done);
    std::uint32_t count = 0;
    if (rest.size() >= kChunkNumbers) {
      status_ = decoder_.next(in_, rest, count);
    } else {
      held_from_ = held_to_ = 0;
      status_ = decoder_.next(in_, held_, held_to_);
      count = take_held(rest);
    }
    if (count == 0) break;
    done += count;
  }
  return static_cast<std::uint32_t>(done);
}

template <typename Decoder, typename Item>
std::uint32_t BlockReader<Decoder, Item>::skip(std::uint32_t count) {
  std::array<Item, kChunkNumbers> passed;
  std::uint32_t done = 0;
  while (done < count) {
    const std::uint32_t now = read(std::span{passed}.first(std::min(count - done, kChunkNumbers)));
    if (now == 0) break;
    done += now;
  }
  return done;
}

}  // namespace hf::wire
