"""Files: kept encrypted under the hash of their ciphertext, one owner each."""
