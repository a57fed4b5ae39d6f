// A card's code as people copy it: small letters, groups and full-width signs are forgiven.
// Whether it is one of ours only the server knows (domain/codes.py).

export const LENGTH = 28

export function tidy(text) {
  return text.normalize("NFKC").replace(/[\s\p{Pd}]/gu, "").toUpperCase()
}
