UPDATE ledger SET
  journal_kept_through = ?1, bytes_written = ?2, running_ms = ?3, short_boots = ?4,
  readings_frames = ?5, readings_rows = ?6, readings_bytes = ?7,
  ten_seconds_frames = ?8, ten_seconds_rows = ?9, ten_seconds_bytes = ?10,
  one_minute_frames = ?11, one_minute_rows = ?12, one_minute_bytes = ?13,
  events_frames = ?14, events_rows = ?15, events_bytes = ?16
