/** Which escape sequences and controls stand in what a program wrote to its terminal. */

/** CSI; OSC, DCS, APC, PM and SOS with their text; other escapes; controls but CR and LF. In 7 and 8 bits. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- these are control characters
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*[@-~]?)|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])([^\x07\x1b\x9c]*)(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?|[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/gu

/** Sequences whose numbers say where to, not what: moves of the cursor and what is erased there. */
const PLACES: ReadonlySet<string> = new Set(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'd', 'J', 'K'])

/**
 * The kinds of sequences in `output`, each once and sorted: without the place in what moves the cursor, and without the words of a
 * title.
 */
export function sequenceKinds(output: string): string[] {
  const kinds = new Set<string>()
  for (const [sequence, parameters, final, words] of output.matchAll(SEQUENCE)) {
    if (final !== undefined) kinds.add(`CSI ${PLACES.has(final) ? '' : parameters}${final}`)
    else if (words !== undefined) kinds.add(`${JSON.stringify(sequence.slice(0, 2))} ${words.replace(/^([012]);.*/su, '$1;…')}`)
    else kinds.add(JSON.stringify(sequence))
  }
  return [...kinds].toSorted()
}

/** What of `output` is to be read: without sequences, controls and line ends. */
export function readableText(output: string): string {
  return output.replaceAll(SEQUENCE, '').replaceAll(/[\r\n]/gu, '')
}
