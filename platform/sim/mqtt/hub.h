// A hub behind a simulated broker: takes what gateways send, keeps which rows it has, and answers
// with receipts, as docs/formats/topics.md says. For tests and simulations; the real one is
// tools/hub.
//
// It looks at frames only as far as their headers and gap records; who wants to judge the readings
// in them gets each frame with the rows that were new (on_rows). Rows count when they are
// committed, some time after they came: a hub that is killed loses what it had not committed, and
// has sent no receipt for it.
//
// Its manners are what has been seen in the field: receipts that get lost, come twice, or late and
// in another order; frames that never reach it although the broker took them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/sim/mqtt/broker.h"
#include "wire/frames/gap_record.h"
#include "wire/uplink/health.h"
#include "wire/uplink/receipt.h"
#include "wire/uplink/topics.h"

namespace hf::sim {

struct HubManners {
  std::uint32_t loses_frames_percent = 0;  // after the broker acknowledged them
  std::uint32_t loses_receipts_percent = 0;
  std::uint32_t repeats_receipts_percent = 0;  // once more, up to repeated_after later: stale then
  Duration repeated_after = seconds(30);
  Duration commits_after = milliseconds(200);
  bool sends_receipts = true;
};

// Rows that are there, as runs apart from each other.
class RowRuns {
 public:
  // The parts of [first, end) that were not there.
  std::vector<wire::PositionRun> add(std::uint64_t first, std::uint64_t end);
  bool contains(std::uint64_t at) const;
  std::uint64_t count() const;
  std::uint64_t watermark() const;               // all before it is there
  std::uint64_t through() const;                 // the end of the last run
  std::vector<wire::PositionRun> holes() const;  // between watermark and through

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  // first, end
};

struct HubCounters {
  std::uint64_t frames = 0;
  std::uint64_t bad = 0;         // not a sound frame, on a topic that is not ours, no health
  std::uint64_t rows_new = 0;    // committed
  std::uint64_t rows_again = 0;  // that it had already
  std::uint64_t receipts = 0;    // sent, or lost on purpose
  std::uint64_t receipt_bytes = 0;
  std::uint64_t health = 0;
  std::uint64_t lost_at_kill = 0;  // frames that were not committed
};

class Hub {
 public:
  struct Lane {
    RowRuns rows;      // as readings or events
    RowRuns declared;  // by gap records: there is nothing else to come
    RowRuns both;
    bool has_ended = false;  // the gateway names its stream no more
  };
  using Key = std::pair<std::uint64_t, wire::Lane>;
  struct Gateway {
    std::map<Key, Lane> lanes;
    std::string tenant;
    bool is_online = false;
    Duration receipt_every = wire::kReceiptEvery;
    std::uint64_t receipt_bytes = wire::kReceiptAfterBytes;
    Duration receipt_sent_at;
    std::uint64_t bytes_since_receipt = 0;
    bool is_owed = false;  // a receipt, because something is there that it was not told of
  };

  // A frame that brought something new, once it is committed; `rows` are those that were new.
  struct Stored {
    std::string gateway;
    wire::TopicClass topic_class;
    wire::FrameHeader header;
    std::vector<std::byte> frame;
    std::vector<wire::PositionRun> rows;
    Duration sent_at;  // when it came here, by the agenda
  };

  Hub(Agenda& agenda, Broker& broker, std::uint64_t seed, std::string root = "holdfast");
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  void set_manners(const HubManners& manners) { manners_ = manners; }
  std::function<void(const Stored&)> on_rows;
  std::function<void()> on_commit;  // those of one commit have been told

  // Away: what comes meanwhile waits in the broker, or is lost with a broker that keeps nothing.
  void leave(bool broker_keeps);
  // Killed, as by kill -9: what was not committed comes again only if the broker keeps it.
  void kill(bool broker_keeps);
  void come_back();
  bool is_running() const { return is_running_; }

  const std::map<std::string, Gateway>& gateways() const { return gateways_; }
  const Lane* find(const std::string& gateway, std::uint64_t stream, wire::Lane lane) const;
  const HubCounters& counters() const { return counters_; }
  // A message to a gateway on a class that goes down.
  void send(const std::string& gateway, wire::TopicClass topic_class,
            std::vector<std::byte> payload);

 private:
  struct Arrived {
    std::string topic;
    std::vector<std::byte> payload;
    Duration at;
  };

  void take(const BrokerMessage& message);
  void commit();
  void keep(const Arrived& arrived);
  void keep_frame(const wire::ParsedTopic& topic, const Arrived& arrived);
  void hear(const wire::ParsedTopic& topic, std::string_view text);
  void tell_when_due();
  void send_receipts(const std::string& id, Gateway& gateway);
  void send_receipt(const std::string& id, std::vector<std::byte> payload);

  Agenda& agenda_;
  Broker& broker_;
  Random random_;
  std::string root_;
  HubManners manners_;
  HubCounters counters_;
  std::map<std::string, Gateway> gateways_;
  std::deque<Arrived> staged_;   // not committed yet
  std::deque<Arrived> waiting_;  // in the broker, while the hub is away
  bool is_running_ = true;
  bool broker_keeps_ = true;
  bool is_committing_ = false;
  bool is_watching_ = false;
};

}  // namespace hf::sim
