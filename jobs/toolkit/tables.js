// The page needs no more than what all pages have.
