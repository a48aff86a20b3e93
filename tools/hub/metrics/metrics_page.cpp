#include "tools/hub/metrics/metrics_page.h"

#include "wire/uplink/topics.h"

namespace hf::hub {
namespace {

class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "holdfast_hub_" + std::string{name};
    text_ += "# HELP " + name_ + " " + std::string{help} + "\n# TYPE " + name_ + " " +
             std::string{type} + "\n";
  }
  void value(std::uint64_t number) { text_ += name_ + " " + std::to_string(number) + "\n"; }
  void value(double number) { text_ += name_ + " " + std::to_string(number) + "\n"; }
  void value(std::string_view label, std::string_view word, std::uint64_t number) {
    text_ += name_ + "{" + std::string{label} + "=\"" + std::string{word} + "\"} " +
             std::to_string(number) + "\n";
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t number) {
    family(name, "counter", help);
    value(number);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t number) {
    family(name, "gauge", help);
    value(number);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

}  // namespace

std::string metrics_page(const Worker& serving, const LinkCounts& link) {
  const WorkerCounts& worker = serving.counts();
  const Intake::Counts& intake = serving.intake_counts();
  Page page;
  page.gauge("connected", "1 while the broker is reached", link.is_connected ? 1 : 0);
  page.counter("connects_total", "connections made to the broker", link.connects);
  page.family("messages_total", "counter", "messages from gateways, by class");
  for (std::size_t i = 0; i < intake.messages.size(); ++i) {
    page.value("class", to_text(static_cast<wire::TopicClass>(i)), intake.messages[i]);
  }
  page.counter("bytes_total", "bytes of their payloads", intake.bytes);
  page.family("refused_total", "counter", "messages and frames not taken, by reason");
  for (std::size_t i = 0; i < intake.refused.size(); ++i) {
    page.value("reason", to_text(static_cast<Refused>(i)), intake.refused[i]);
  }
  page.counter("dropped_total", "messages lost before they were looked at", link.dropped);
  page.gauge("inbox_bytes", "waiting to be looked at", link.inbox_bytes);
  page.counter("frames_total", "frames kept", worker.kept.frames);
  page.counter("frames_repeated_total", "frames of which everything was there",
               worker.kept.repeated);
  page.counter("readings_total", "readings kept", worker.kept.readings);
  page.counter("rows_declared_total", "rows that gap records declare lost",
               worker.kept.rows_declared);
  page.counter("rows_reserved_total", "positions that cuts left unused", worker.kept.rows_reserved);
  page.counter("receipts_total", "receipts sent", worker.receipts);
  page.counter("documents_merged_total", "changes of documents merged",
               worker.kept.mirrored.merged);
  page.counter("documents_ahead_total", "changes put aside: stamped in the future",
               worker.kept.mirrored.ahead_of_time);
  page.counter("losses_total", "values of documents that lost to others",
               worker.kept.mirrored.lost);
  page.counter("answers_total", "payloads sent about documents", serving.spoken().answers);
  page.counter("comparisons_total", "comparisons begun here", serving.spoken().comparisons);
  page.counter("errands_total", "edits and commands sent", serving.spoken().errands);
  page.counter("batches_total", "durable commits", worker.batches);
  page.counter("let_go_frames_total", "frames let go by a bound", serving.gone().frames);
  page.counter("let_go_bytes_total", "their bytes", serving.gone().bytes);
  page.family("commit_seconds_total", "counter", "time spent in them");
  page.value(link.commit_seconds);
  page.counter("store_failures_total", "commits that failed and were tried again",
               link.store_failures);
  return page.take();
}

}  // namespace hf::hub
