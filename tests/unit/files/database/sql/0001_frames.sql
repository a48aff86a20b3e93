-- Semicolons; 'quotes', "names" and \backslashes\ survive being embedded.
CREATE TABLE frame (sequence INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL);
CREATE TABLE word (text TEXT NOT NULL DEFAULT 'a\b;c');
