"""Reading what is printed on pictures of cards: in the sandbox, by Tesseract, without Django."""
