SELECT bytes FROM frame WHERE place = ?1
