// Sealing: frames at rest can be read, made or changed only by who has the key.
//
// A frame is sealed where it stands, and bound to its place: a sealed frame copied over another
// one, or from another gateway's card, does not open. Beside each stands the number of its key, so
// that keys can be changed without touching what is there: new frames go under the new key, old
// ones stay readable as long as theirs exists. Erasing a key shreds everything under it at once.
//
// The nonce is neither drawn nor counted, but a keyed digest of frame and place. A position would
// not do: the same one is sealed again whenever frames are merged (docs/decisions/0013).
//
//   S1  What is sealed opens to the same bytes, under its key and at its place only.
//   S2  Anything else is `corrupt`, and not a byte of it is handed out.
//   S3  No frame is ever under a key that a power cut could take back.
//   S4  A key number is never given a second key while the first one exists.
//   S5  A frame whose key is gone is told apart (not_found) from a damaged one (corrupt).
//
// Cost: seal() reads the bytes twice, open() once: 0.5 and 0.1 ms for 80 KiB on a desk. The first
// open() under another key than the last one loads it. Never allocates, never waits for randomness.
// Not thread-safe: owned by the service loop. docs/formats/sealed.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "files/sealing/cipher.h"
#include "hal/entropy.h"
#include "hal/keys.h"
#include "vocabulary/outcome.h"

namespace hf::files {

// Which data key (hal::SecretKind::data_key) a frame is under. Stands on flash beside the frame.
using KeyNumber = std::uint16_t;
inline constexpr KeyNumber kNotSealed = 0;  // no key has this number

// Where a sealed frame stands. One that is moved does not open.
struct SealedPlace {
  std::uint64_t stream = 0;
  std::uint64_t position = 0;
  std::uint8_t lane = 0;
};

class Sealing {
 public:
  // By so much a sealed frame is longer. It hides what is in a frame, not how long it is.
  static constexpr std::size_t kSealBytes = kNonceBytes + kTagBytes;

  // REQUIRES: `keys` outlives this.
  explicit Sealing(hal::Keys& keys) : keys_(keys) {}

  // Looks for the newest key. `newest_seen` is the highest number beside any frame: a key is looked
  // for there and a few numbers on, because a cut may have come between a new key and its first
  // frame. ok.  not_found: there is none yet; rotate() makes one.  corrupt: the newest is damaged.
  // unavailable: the key store does not answer.  unsupported: no cipher on this processor.
  Status start(KeyNumber newest_seen);

  // New frames are under this one. kNotSealed: there is no key, and nothing can be sealed.
  KeyNumber current() const { return current_.number; }

  // Makes a new key; frames from here on are under it (S3: it is durable before).
  // ok.  busy: no randomness yet.  full: no number or no room is left for it.  unavailable: the key
  // store does not answer. But for ok the current key stays as it was.
  // REQUIRES: start() answered ok or not_found.
  Status rotate(hal::Entropy& entropy);

  // Shreds all frames under that key. ok: they can never be opened again.  refused: it is the
  // current one; rotate() first.  unavailable: nothing is certain; erase again.
  Status erase(KeyNumber key);

  // Seals the first `frame_bytes` of `bytes` where they stand, under current(), and answers how
  // many bytes that takes now.  full: no room for the seal; nothing was changed.
  // REQUIRES: current() != kNotSealed.
  Result<std::uint32_t> seal(std::span<std::byte> bytes, std::size_t frame_bytes,
                             const SealedPlace& place) const;

  // Opens all of `sealed` where it stands, and answers how long the frame is, at its beginning.
  // not_found: its key is gone, erased or lost, and the frame with it.  unavailable: the key store
  // does not answer now. With these two, `sealed` is as it was.
  // corrupt: not what was sealed at this place, or its key is damaged; `sealed` holds no frame.
  // REQUIRES: key != kNotSealed.
  Result<std::uint32_t> open(KeyNumber key, std::span<std::byte> sealed, const SealedPlace& place);

 private:
  // A key in memory. Two of them: the one we seal under, and the last other one that was needed.
  // Who reads old frames reads them in order, so keys change rarely.
  struct Loaded {
    KeyNumber number = kNotSealed;
    Cipher cipher;
  };

  Status load(KeyNumber number, Loaded& into);
  Status make(KeyNumber number, hal::Entropy& entropy);

  hal::Keys& keys_;
  KeyNumber newest_seen_ = kNotSealed;
  Loaded current_;
  Loaded other_;
};

}  // namespace hf::files
