UPDATE ledger SET
  journal_kept_through = ?1, bytes_written = ?2, running_ms = ?3, short_boots = ?4, salvaging = ?5,
  readings_frames = ?6, readings_rows = ?7, readings_bytes = ?8,
  ten_seconds_frames = ?9, ten_seconds_rows = ?10, ten_seconds_bytes = ?11,
  one_minute_frames = ?12, one_minute_rows = ?13, one_minute_bytes = ?14,
  events_frames = ?15, events_rows = ?16, events_bytes = ?17,
  cipher_key = ?18, cipher_key_since_ms = ?19, cipher_key_oldest = ?20
