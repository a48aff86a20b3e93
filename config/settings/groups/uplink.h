// The way upstream: whereto, how hard to try, what it may cost.
#pragma once

#include <array>

#include "config/settings/setting.h"

namespace hf::settings {

// clang-format off
inline constexpr std::array kUplinkGroups{
    text("uplink.broker", Effect::link, "", 0, 127,
        "host name or address of the MQTT broker; empty: nothing is sent"),
    count("uplink.port", Effect::link, 0, 0, 65535, "of the broker; 0: the usual one of the transport"),
    choice("uplink.transport", Effect::link, 0, "auto|tcp|tls|ws|wss",
        "auto: TLS, then secure WebSocket where the plain port is blocked, then short bursts"),
    boolean("uplink.without_tls", Effect::link, false,
        "auto: TCP and WebSocket without TLS, for a broker in the same house"),
    text("uplink.user", Effect::link, "", 0, 64,
        "MQTT user name; its password comes from the key store; empty: none"),
    text("uplink.ca_file", Effect::link, "", 0, 127,
        "certificates (PEM) that the broker's may be signed by; empty: those of the system"),
    identifier("uplink.root", Effect::link, "holdfast", "first level of every topic"),
    identifier("uplink.tenant", Effect::link, "default", "whose gateway this is; third level of every topic"),
    choice("uplink.receipts", Effect::link, 0, "hub|broker",
        "whose answer frees flash: a hub that has stored it, or a broker that has taken it, which promises less"),
    choice("uplink.profile", Effect::link, 0, "frames|json",
        "frames: dense, for a hub; json: readable, for those who have none"),
    duration("uplink.keep_alive", Effect::link, seconds(30), seconds(5), seconds(30),
        "a silent broker is asked whether it is there"),
    duration("uplink.session_expiry", Effect::link, hours(24), Duration{}, days(7),
        "how long the broker keeps what it has for us when we are away"),
    duration("uplink.live.expiry", Effect::link, seconds(60), seconds(1), hours(1),
        "a live message that the broker could not deliver for so long is void"),
    duration("uplink.live.period_least", Effect::link, seconds(1), seconds(1), seconds(600),
        "a frame of live readings at most this often, on the best link"),
    duration("uplink.live.period_least_metered", Effect::link, seconds(60), seconds(1), seconds(600),
        "the same on a metered link"),
    duration("uplink.live.period_most", Effect::link, seconds(600), seconds(1), seconds(600),
        "and at least this often on the worst"),
    duration("uplink.health.period", Effect::link, minutes(1), seconds(10), hours(1),
        "how often the gateway tells how it is"),
    duration("uplink.health.period_metered", Effect::link, minutes(15), seconds(10), hours(24),
        "the same on a metered link"),
    duration("uplink.receipt.every", Effect::link, seconds(5), seconds(1), hours(1),
        "how often the hub is asked to tell what it has"),
    duration("uplink.receipt.every_metered", Effect::link, minutes(10), seconds(1), hours(1),
        "the same on a metered link"),
    bytes("uplink.receipt.bytes", Effect::link, 65'536, 1024, 1e9, "and after so many bytes, whichever comes first"),
    boolean("uplink.sync.on_change", Effect::link, true, "state goes upstream as soon as it changes"),
    duration("uplink.sync.interval", Effect::link, seconds(30), seconds(1), hours(1),
        "else it goes this often, where there is any"),
    count("uplink.sync.pending_max", Effect::link, 50, 1, 10'000, "so many waiting changes go at once"),
    duration("uplink.burst_period", Effect::link, minutes(15), minutes(1), hours(24),
        "auto, where no connection holds: connect, drain, leave, this often"),
    duration("uplink.backoff.first", Effect::link, seconds(1), milliseconds(100), minutes(5),
        "the longest wait before the second attempt to connect"),
    count("uplink.backoff.factor", Effect::link, 2, 1, 10, "each further wait is longer by this"),
    duration("uplink.backoff.cap", Effect::link, seconds(30), milliseconds(100), hours(1),
        "the longest wait of all, on a link that costs nothing"),
    duration("uplink.backoff.cap_metered", Effect::link, minutes(5), seconds(1), hours(6),
        "the same on a metered link"),
    count("uplink.backoff.attempts_max", Effect::link, 0, 0, 1e6,
        "in a row, then only another network or a person makes it try again; 0: it never gives up"),
    duration("uplink.backoff.stable", Effect::link, minutes(5), seconds(10), hours(1),
        "a connection that held this long ends the waiting"),
    count("uplink.breaker.failures", Effect::link, 5, 1, 100,
        "failed publishes in a row that stop publishing for a while"),
    duration("uplink.breaker.open", Effect::link, seconds(30), seconds(1), hours(1), "how long; then one message is tried"),
    bytes("uplink.rate.bytes_per_second", Effect::link, 0, 0, 1e9, "the most that is sent; 0: as much as the link takes"),
    count("uplink.rate.messages_per_second", Effect::link, 0, 0, 1e6, "the same in messages"),
    choice("uplink.cost", Effect::link, 0, "auto|free|metered", "what bytes cost; auto: as the system knows the link"),
    bytes("uplink.plan.bytes_per_day", Effect::at_once, 0, 0, 1e12,
        "data plan: the most up and down in a day; alerts always pass; 0: no plan"),
    bytes("uplink.plan.bytes_per_month", Effect::at_once, 0, 0, 1e13, "the same in a month"),
};
// clang-format on

}  // namespace hf::settings
