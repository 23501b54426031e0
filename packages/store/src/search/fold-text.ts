/** How texts are compared by search. */

/** What folds without more than lower case: ASCII but NUL. */
const PLAIN = /^[\u0001-\u007f]*$/

/**
 * `text` as search compares it. Compatible forms are one (NFKC: full-width letters, half-width kana, ligatures, composed and
 * decomposed accents), so are upper and lower case of every script (`ß` is `ss`, `ς` is `σ`). An accent counts: `e` is not
 * found in `é`. NUL, at which the tokenizer would stop, becomes U+FFFD.
 */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase()
  return folded.replaceAll('ς', 'σ').replaceAll('\0', '\ufffd')
}
