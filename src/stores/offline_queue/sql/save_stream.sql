INSERT OR REPLACE INTO stream
  (ordinal, id,
   readings_accounted_to, readings_reserved_to, readings_received,
   events_accounted_to, events_reserved_to, events_received)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
