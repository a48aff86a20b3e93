DELETE FROM stream WHERE ordinal = ?1
