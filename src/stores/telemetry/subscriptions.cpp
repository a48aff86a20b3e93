#include "stores/telemetry/subscriptions.h"

#include <algorithm>

namespace hf::stores::telemetry {

Status SensorPattern::parse(std::string_view text, SensorPattern& pattern) {
  pattern = {};
  if (text == "*") return Status::ok;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return Status::invalid;
  pattern.equipment = text.substr(0, slash);
  const std::string_view sensor = text.substr(slash + 1);
  const bool any_sensor = sensor == "*";
  if (!is_identifier(pattern.equipment)) return Status::invalid;
  if (!any_sensor && !is_identifier(sensor)) return Status::invalid;
  if (!any_sensor) pattern.sensor = sensor;
  return Status::ok;
}

Status select(std::string_view pattern, std::span<const SensorName> names, SensorSet& sensors) {
  SensorPattern wanted;
  HF_TRY(SensorPattern::parse(pattern, wanted));
  sensors.clear();
  const std::size_t known = std::min<std::size_t>(names.size(), limits::kBoard.sensors_max);
  for (std::size_t i = 0; i < known; ++i) {
    if (wanted.matches(names[i].equipment, names[i].sensor))
      sensors.add(SensorIndex{static_cast<std::uint16_t>(i)});
  }
  return sensors.empty() ? Status::not_found : Status::ok;
}

Result<SubscriptionId> Subscriptions::subscribe(const SensorSet& sensors) {
  for (Subscription& subscription : subscriptions_) {
    if (subscription.id.value != 0) continue;
    if (++last_id_ == 0) ++last_id_;
    subscription = {.id = {last_id_}, .quiet_until = {}, .wanted = sensors, .news = {}};
    return subscription.id;
  }
  return Status::full;
}

Status Subscriptions::unsubscribe(SubscriptionId id) {
  for (Subscription& subscription : subscriptions_) {
    if (id.value == 0 || subscription.id != id) continue;
    subscription = {};
    return Status::ok;
  }
  return Status::not_found;
}

void Subscriptions::note(const SensorSet& touched) {
  for (Subscription& subscription : subscriptions_) {
    if (subscription.id.value == 0) continue;
    SensorSet news = touched;
    news.keep_only(subscription.wanted);
    subscription.news.add_all(news);
  }
}

bool Subscriptions::next_due(Uptime now, Due& due) {
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    Subscription& subscription = subscriptions_[(turn_ + i) % subscriptions_.size()];
    const bool is_due =
        subscription.id.value != 0 && !subscription.news.empty() && now >= subscription.quiet_until;
    if (!is_due) continue;
    due = {.subscription = subscription.id, .sensors = subscription.news};
    subscription.news.clear();
    subscription.quiet_until = now + kTellPeriod;
    turn_ = static_cast<std::uint32_t>((turn_ + i + 1) % subscriptions_.size());
    return true;
  }
  return false;
}

std::uint32_t Subscriptions::count() const {
  return static_cast<std::uint32_t>(
      std::count_if(subscriptions_.begin(), subscriptions_.end(),
                    [](const Subscription& one) { return one.id.value != 0; }));
}

}  // namespace hf::stores::telemetry
