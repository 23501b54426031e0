/** How texts are compared by search. */

/** What folds without more than lower case. */
const PLAIN = /^\p{ASCII}*$/u

/**
 * `text` as search compares it. Compatible forms are one (NFKC: full-width letters, half-width kana, ligatures, composed and
 * decomposed accents), so are upper and lower case of every script (`ß` is `ss`, `ς` is `σ`). An accent counts: `e` is not
 * found in `é`. NUL, at which the tokenizer would stop, becomes U+FFFD.
 */
export function foldText(text: string): string {
  const folded = PLAIN.test(text) ? text.toLowerCase() : foldAll(text)
  return folded.includes('\0') ? folded.replaceAll('\0', '\ufffd') : folded
}

function foldAll(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}
