UPDATE ledger SET
  journal_kept_through = ?1, running_ms = ?2, short_boots = ?3,
  readings_frames = ?4, readings_rows = ?5, readings_bytes = ?6,
  ten_seconds_frames = ?7, ten_seconds_rows = ?8, ten_seconds_bytes = ?9,
  one_minute_frames = ?10, one_minute_rows = ?11, one_minute_bytes = ?12,
  events_frames = ?13, events_rows = ?14, events_bytes = ?15
