SELECT journal_kept_through, bytes_written, running_ms, short_boots, salvaging,
       readings_frames, readings_rows, readings_bytes,
       ten_seconds_frames, ten_seconds_rows, ten_seconds_bytes,
       one_minute_frames, one_minute_rows, one_minute_bytes,
       events_frames, events_rows, events_bytes,
       cipher_key, cipher_key_since_ms, cipher_key_oldest
FROM ledger
