DELETE FROM frame WHERE place = ?1
