// Any bytes at all as two documents: each is refused, or lives up to what documents promise.
//
// The input is a length (one byte, then the first document), and the second document is what
// follows. Both begin with the same known id, so that the fuzzer spends no time on finding two that
// may merge.
#include <cstdlib>
#include <vector>

#include "documents/admission.h"
#include "documents/differences.h"
#include "documents/merge.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr DocumentId kThing{.collection = "c", .key = "k"};

class Nobody final : public LossSink {
 public:
  void lost(const Loss& loss) override {
    if (!loss.lost.present()) std::abort();
  }
};

void expect(bool kept) {
  if (!kept) std::abort();
}

bool equal(const Document& a, const Document& b) {
  return text_of(a.view().bytes()) == text_of(b.view().bytes());
}

// The head of a document of kThing without a grave, then the given bytes.
std::vector<std::byte> with_head(std::span<const std::byte> tail) {
  static Document empty;
  empty.begin(kThing);
  const auto head = empty.view().bytes();
  std::vector<std::byte> bytes(head.begin(), head.end() - 2);  // as far as the key
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  return bytes;
}

void judge(const DocumentView& a, const DocumentView& b) {
  static std::array<Document, 4> room;
  static Nobody nobody;
  merge(a, b, Policy::last_write, room[0], nobody);
  merge(b, a, Policy::manual, room[1], nobody);
  expect(equal(room[0], room[1]));
  merge(room[0].view(), a, Policy::gateway_wins, room[2], nobody);
  expect(equal(room[0], room[2]));

  std::array<Digest, limits::kDocumentFieldsMax> marks;
  const std::uint32_t count = marks_of(b, marks);
  difference(a, std::span{marks}.first(count), room[2]);
  merge(b, room[2].view(), Policy::last_write, room[3], nobody);
  expect(equal(room[0], room[3]));

  const Stamp ceiling{a.latest().ms / 2, 0, {0}};
  admit(room[0].view(), ceiling, room[1], nobody);
  expect(is_believed(room[1].view(), ceiling));
  for (const Document& document : room) {
    DocumentView view;
    expect(is_ok(DocumentView::parse(document.view().bytes(), view)));
  }
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {  // NOLINT
  const auto input = std::as_bytes(std::span{data, size});
  DocumentView view;
  (void)DocumentView::parse(input, view);
  if (input.empty()) return 0;
  const std::size_t first = std::min(std::to_integer<std::size_t>(input[0]), size - 1);
  const auto one = with_head(input.subspan(1, first));
  const auto two = with_head(input.subspan(1 + first));
  DocumentView a;
  DocumentView b;
  if (is_ok(DocumentView::parse(one, a)) && is_ok(DocumentView::parse(two, b))) judge(a, b);
  return 0;
}
