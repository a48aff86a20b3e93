SELECT ordinal, id,
       readings_accounted_to, readings_reserved_to, readings_received,
       events_accounted_to, events_reserved_to, events_received
FROM stream ORDER BY ordinal
