DELETE FROM quarantine WHERE place >= ?1 AND place < ?2
