#include "flows/uplink/reactions.h"

#include <CppUTest/TestHarness.h>

#include "flows/uplink/transport_ladder.h"

using namespace hf;
using namespace hf::flows::uplink;
using hal::LinkReason;

TEST_GROUP(Reactions){};

TEST(Reactions, each_reason_has_its_own) {
  struct Case {
    LinkReason reason;
    OnRefusal on_refusal;
    OnEnd on_end;
  };
  for (const Case& c :
       {Case{LinkReason::quota_exceeded, OnRefusal::wait, OnEnd::wait_long},
        Case{LinkReason::too_large, OnRefusal::send_smaller, OnEnd::back_off},
        Case{LinkReason::not_authorised, OnRefusal::refuse_frame, OnEnd::wait_long},
        Case{LinkReason::payload_invalid, OnRefusal::refuse_frame, OnEnd::back_off},
        Case{LinkReason::server_busy, OnRefusal::wait, OnEnd::wait_long},
        Case{LinkReason::peer_closed, OnRefusal::send_again, OnEnd::back_off},
        Case{LinkReason::taken_over, OnRefusal::send_again, OnEnd::wait_long},
        Case{LinkReason::no_carrier, OnRefusal::send_again, OnEnd::wait_for_carrier},
        Case{LinkReason::link_restarted, OnRefusal::send_again, OnEnd::wait_for_link}}) {
    const Reaction& reaction = reaction_to(c.reason);
    CHECK(reaction.reason == c.reason);
    CHECK(reaction.on_refusal == c.on_refusal && reaction.on_end == c.on_end);
  }
}

TEST(Reactions, what_is_the_frames_fault_is_told_to_the_queue_as_it_is) {
  CHECK(reaction_to(LinkReason::too_large).refusal == stores::Refusal::too_large);
  CHECK(reaction_to(LinkReason::not_authorised).refusal == stores::Refusal::not_authorised);
  CHECK(reaction_to(LinkReason::payload_invalid).refusal == stores::Refusal::invalid);
}

TEST(Reactions, a_reason_from_outside_the_table_is_taken_as_none) {
  CHECK(reaction_to(static_cast<LinkReason>(200)).reason == LinkReason::none);
}
