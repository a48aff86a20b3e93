#include "flows/uplink/parcels.h"

#include <algorithm>

namespace hf::flows::uplink {

using stores::Offer;
using stores::queue::Interval;

namespace {

// Rows are not all of one size: a part that came out too large is cut once more, and once more.
constexpr int kCutAttempts = 4;
constexpr std::size_t kHead = wire::kFrameHeaderBytesMax;

// What shares are told of. The queue offers nothing without rows; if it did, that is no crash here.
std::uint64_t some(std::uint64_t count) { return std::max<std::uint64_t>(1, count); }

}  // namespace

Status Parcels::next(const ParcelWish& wish, Uptime now, Parcel& parcel) {
  HF_TRY(peek(wish, now, memory_.gathered, parcel));
  const bool is_whole = parcel.offer.rows == parcel.offer.frame_rows;
  const std::size_t bytes = parcel.offer.bytes.size();
  const bool is_of_rows = parcel.offer.lane == wire::Lane::readings;
  parcel.stored_bytes = bytes * parcel.offer.rows.count() / some(parcel.offer.frame_rows.count());
  parcel.can_be_cut = is_of_rows && parcel.offer.rows.count() > 1;
  if (is_of_rows && (bytes > wish.bytes_most || !is_whole)) {
    cut(wish.bytes_most, parcel);
  }
  HF_TRY(queue_.mark_in_flight(parcel.offer));
  if (is_whole && parcel.offer.lane == wire::Lane::readings && bytes < wish.bytes_gathered / 2) {
    gather(wish, now, parcel);
  }
  return Status::ok;
}

Status Parcels::peek(const ParcelWish& wish, Uptime now, std::span<std::byte> out, Parcel& parcel) {
  parcel = {};
  HF_TRY(queue_.peek(wish.choice, now, out, parcel.offer));
  wire::OpenedFrame opened;
  HF_TRY(wire::open_frame(parcel.offer.bytes, opened));
  parcel.header = opened.header;
  const bool is_later = opened.header.boot == wish.boot && opened.header.last > wish.taken_until;
  return is_later ? Status::not_found : Status::ok;
}

std::span<std::byte> Parcels::spare(const Parcel& parcel) const {
  const bool is_in_made = parcel.offer.bytes.data() == memory_.made.data();
  return is_in_made ? memory_.gathered : memory_.made;
}

// Of the rows that are wanted, from the first, as many as the size allows, and no more than make
// all parts of the frame alike: a small last one leaves the link waiting for its answer. A frame
// that cannot be cut is sent as it is; the other end takes what it lacks.
void Parcels::cut(std::size_t bytes_most, Parcel& parcel) {
  Offer& offer = parcel.offer;
  const std::uint64_t frame_rows = some(offer.frame_rows.count());
  const std::uint64_t fitting = bytes_most > kHead ? bytes_most - kHead : 1;
  std::uint64_t rows = offer.rows.count();
  const std::uint64_t stored = offer.bytes.size();
  std::uint64_t bytes = stored;
  // Cutting off little saves little.
  if (bytes <= bytes_most && rows * 4 >= frame_rows * 3) return;
  const auto from = static_cast<std::uint32_t>(offer.rows.first - offer.frame_rows.first);
  // Of a bucket that is missing in part all goes up, beside what is there of it.
  const std::uint32_t begin = shaping_.part_begin(offer.bytes, from);
  const std::uint64_t parts = some((bytes * rows / frame_rows + fitting - 1) / fitting);
  rows = (rows + parts - 1) / parts;
  const std::span<const std::byte> frame = offer.bytes;
  const auto end_of = [&](std::uint64_t wanted) {
    return cutting_.part_end(frame, from, from + static_cast<std::uint32_t>(wanted));
  };
  const std::uint64_t rows_least = end_of(1) - from;
  for (int attempt = 0; attempt < kCutAttempts; ++attempt) {
    const std::uint32_t end = end_of(rows);
    const auto made = cutting_.cut(frame, begin, end, memory_.made);
    if (!made.ok()) return;
    bytes = made.value();
    rows = end - from;
    if (bytes <= bytes_most || rows <= rows_least) break;
    if (attempt + 1 < kCutAttempts) {
      rows = std::clamp<std::uint64_t>(rows * fitting / bytes, 1, rows - 1);
    }
  }
  parcel.stored_bytes = stored * rows / frame_rows;
  offer.rows.end = offer.rows.first + rows;
  offer.bytes = memory_.made.first(static_cast<std::size_t>(bytes));
  parcel.is_cut = true;
  parcel.can_be_cut = rows > rows_least;
}

// Neighbours of the one that stands in `parcel`, older or newer as the queue offers them.
void Parcels::gather(const ParcelWish& wish, Uptime now, Parcel& parcel) {
  const auto keep = [&](std::size_t used, std::span<const std::byte> bytes) {
    const auto kept = memory_.gathered.subspan(used, bytes.size());
    if (bytes.data() != kept.data()) std::ranges::copy(bytes, kept.begin());
    return std::span<const std::byte>{kept};
  };
  std::size_t used = parcel.offer.bytes.size();
  std::size_t count = 1;
  Interval all = parcel.offer.rows;
  pieces_[0] = {.bytes = keep(0, parcel.offer.bytes), .offer = parcel.offer};
  parcel.offer.bytes = pieces_[0].bytes;
  while (count < kPiecesMax && used < wish.bytes_gathered) {
    Piece& piece = pieces_[count];
    if (!take_piece(wish, now, used, piece)) break;
    const Interval& rows = piece.offer.rows;
    const bool adjoins = piece.offer.stream == parcel.offer.stream &&
                         piece.offer.kind == parcel.offer.kind &&
                         (rows.first == all.end || rows.end == all.first);
    if (!adjoins || !is_ok(queue_.mark_in_flight(piece.offer))) break;
    piece.bytes = keep(used, piece.offer.bytes);
    used += piece.bytes.size();
    all = {std::min(all.first, rows.first), std::max(all.end, rows.end)};
    ++count;
  }
  if (count > 1) join(count, parcel);
}

// A whole frame that still fits behind those gathered.
bool Parcels::take_piece(const ParcelWish& wish, Uptime now, std::size_t used, Piece& piece) {
  Parcel next;
  if (!is_ok(peek(wish, now, memory_.gathered.subspan(used), next))) return false;
  piece.offer = next.offer;
  return next.offer.rows == next.offer.frame_rows &&
         used + next.offer.bytes.size() <= std::min(memory_.gathered.size(), wish.bytes_most);
}

void Parcels::join(std::size_t count, Parcel& parcel) {
  const auto pieces = std::span{pieces_}.first(count);
  std::ranges::sort(pieces, {}, [](const Piece& piece) { return piece.offer.rows.first; });
  std::ranges::transform(pieces, frames_.begin(), &Piece::bytes);
  std::size_t joined = shaping_.count_that_join(std::span{frames_}.first(count));
  Result<std::uint32_t> bytes{std::uint32_t{0}};
  if (joined > 1) bytes = shaping_.join(std::span{frames_}.first(joined), memory_.made);
  if (joined <= 1 || !bytes.ok()) joined = 1;
  for (const Piece& piece : pieces.subspan(joined)) {
    queue_.resend(piece.offer.stream, piece.offer.lane, piece.offer.rows);
  }
  Offer& offer = parcel.offer;
  offer = pieces.front().offer;
  offer.bytes = pieces.front().bytes;
  parcel.stored_bytes = offer.bytes.size();
  if (joined == 1) return;
  offer.rows.end = pieces[joined - 1].offer.rows.end;
  for (std::size_t i = 1; i < joined; ++i) parcel.stored_bytes += pieces[i].bytes.size();
  offer.frame_rows = offer.rows;
  offer.bytes = memory_.made.first(bytes.value());
  parcel.is_joined = true;
}

}  // namespace hf::flows::uplink
