SELECT bytes, cipher_key FROM frame WHERE place = ?1
