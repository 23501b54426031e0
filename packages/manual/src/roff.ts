/** The man macros of roff, and how text is kept from being read as one. */

const NAMED = new Map([
  ['\\', String.raw`\e`],
  ['-', String.raw`\-`],
  ['~', String.raw`\(ti`],
  ['^', String.raw`\(ha`],
  ['`', String.raw`\(ga`],
  ["'", String.raw`\(aq`],
  ['"', String.raw`\(dq`],
])

/** `text` as roff shows it: no character of it is a command, those beyond ASCII are named. One line stays one. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll(/[\\\-~^`'"]/g, (character) => NAMED.get(character)!)
    .replaceAll(/\P{ASCII}/gu, (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^(?=\.)/, String.raw`\&`)
}

/** A line of text in which what stands between backquotes is bold. */
export function roffWords(text: string): string {
  const pieces = text.split('`')
  if (pieces.length % 2 === 0) return escapeRoff(text)
  const line = pieces.map((piece, index) => (index % 2 === 1 ? `\\fB${escapeRoff(piece)}\\fR` : escapePiece(piece))).join('')
  return line.startsWith('.') ? `\\&${line}` : line
}

function escapePiece(piece: string): string {
  return escapeRoff(piece).replace(/^\\&/, '')
}

/** Lines that are shown as they are, indented by so many columns from the margin of the section or list they stand in. */
export function roffLines(lines: readonly string[], indent: number): string[] {
  return [`.RS ${indent}`, '.nf', ...lines.map((line) => (line === '' ? '.sp' : escapeRoff(line))), '.fi', '.RE']
}
